// Standard decorators and accessor fields.
const log: string[] = [];
function logged<T extends (...a: any[]) => any>(value: T, ctx: ClassMethodDecoratorContext) { log.push(`${ctx.kind} ${String(ctx.name)} ${ctx.static}`); return function (this: unknown, ...args: unknown[]) { log.push(`call ${String(ctx.name)}`); return value.apply(this, args); } as T; }
function doubled(v: { get: () => number; set: (v: number) => void }, ctx: ClassAccessorDecoratorContext) { log.push(`accessor ${String(ctx.name)}`); return { get(this: any) { return v.get.call(this) * 2; }, init: (x: number) => x + 1 }; }
function registered(value: Function, ctx: ClassDecoratorContext) { ctx.addInitializer(() => log.push('registered ' + value.name)); }
@registered class Counter { @doubled accessor count = 1; @logged inc(): number { return ++this.count; } static accessor total = 5; accessor plain = 'p'; @logged static make(): Counter { return new this(); } }
const c = Counter.make(); console.log(c.count, c.inc(), Counter.total, c.plain, log, Counter.name);
