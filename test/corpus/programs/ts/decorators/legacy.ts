// Legacy decorators with metadata, as the tsconfig says.
const seen: unknown[] = [];
(Reflect as any).metadata ??= (k: string, v: unknown) => (target: any, key?: string) => { seen.push([k, key, typeof v === 'function' ? v.name : Array.isArray(v) ? v.map((x) => x?.name) : v]); };
function cls(target: Function): void { seen.push(['class', target.name]); } function prop(target: object, key: string): void { seen.push(['prop', key]); } function method(_t: object, key: string, d: PropertyDescriptor): void { const old = d.value; d.value = function (...a: unknown[]) { return ['wrapped', old.apply(this, a)]; }; seen.push(['method', key]); } function param(_t: object, key: string | symbol | undefined, i: number): void { seen.push(['param', key, i]); }
class Dep {}
@cls class Service { @prop name: string = 'n'; @prop dep?: Dep; constructor(@param private d: Dep) {} @method greet(@param who: string): string { return 'hi ' + who + typeof this.d; } @prop static s = 1; }
const s = new Service(new Dep()); console.log(s.greet('you'), seen, Object.keys(s), Service.name);
try { (s as any).nope.x; } catch (e) { console.log((e as Error).stack!.split('\n')[1]); }
