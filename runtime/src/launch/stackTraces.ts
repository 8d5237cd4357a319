/**
 * `Error.stack` as bare Node shows it: places of woven code are mapped back, frames of PAL are taken out.
 *
 * Node asks `Error.prepareStackTrace` for the text of every stack. Here it becomes an accessor: the program reads and replaces it as before, and
 * both Node's formatter and the program's own get call sites that answer with original places.
 *
 * Invariants: V8's own text of a frame is kept letter by letter, only its numbers change; a stack without woven code goes on untouched.
 * Deliberately absent: Node's private formatters (`util.getCallSites` is wrapped, the rest reads file names only).
 */
import type { WovenModule, WovenModules } from './wovenModules';

export interface StackTraceOptions {
  readonly modules: WovenModules;
  /** True for scripts of PAL. */
  readonly isOwnScript: (script: string) => boolean;
  /** Text of the frame of Node's that a frame of PAL stands for, by function name; frames without one are taken out. */
  readonly standIn: (functionName: string | null) => string | undefined;
  /** Sees every error before its stack is made into text. */
  readonly beforeText?: (error: unknown, trace: readonly NodeJS.CallSite[]) => void;
}

/** Installs the layer in this thread's main realm. */
export function installStackTraces(options: StackTraceOptions): void {
  const bare = Object.getOwnPropertyDescriptor(Error, 'prepareStackTrace');
  let current: unknown = bare?.value;
  const format = (error: unknown, trace: NodeJS.CallSite[]): unknown => {
    const mapped = mapTrace(options, trace);
    options.beforeText?.(error, mapped);
    return typeof current === 'function' ? Reflect.apply(current, Error, [error, mapped]) : plainText(error, mapped);
  };
  // Node must get the layer, the program what it wrote. V8 formats no stack with JavaScript while it is formatting one: a stack made in the getter
  // comes back here (so the program asked) or does not (so V8 is in the middle of a stack: Node asked).
  let probing = false;
  let cameBack = false;
  Object.defineProperty(Error, 'prepareStackTrace', {
    configurable: true,
    enumerable: bare?.enumerable ?? true,
    get() {
      if (probing) {
        cameBack = true;
        return plainText;
      }
      probing = true;
      cameBack = false;
      try {
        const holder: { stack?: unknown } = {};
        Error.captureStackTrace(holder);
        Reflect.get(holder, 'stack');
      } finally {
        probing = false;
      }
      return cameBack ? current : format;
    },
    set(value: unknown) {
      current = value;
    },
  });
}

function plainText(error: unknown, trace: readonly NodeJS.CallSite[]): string {
  let head: string;
  try {
    head = Error.prototype.toString.call(error as Error);
  } catch {
    head = '<error>';
  }
  return trace.length === 0 ? head : `${head}\n    at ${trace.map(textOf).join('\n    at ')}`;
}

/** V8's text of a call site; the type definitions do not know that it has one. */
function textOf(site: NodeJS.CallSite): string {
  return (site as unknown as { toString(): string }).toString();
}

/** Call sites of the trace as the program may see them; the same array when nothing of it is woven or PAL's. */
export function mapTrace(options: StackTraceOptions, trace: NodeJS.CallSite[]): NodeJS.CallSite[] {
  let changed = false;
  const mapped: NodeJS.CallSite[] = [];
  for (const site of trace) {
    const replacement = mapSite(options, site);
    if (replacement !== site) changed = true;
    if (replacement !== undefined) mapped.push(replacement);
  }
  return changed ? mapped : trace;
}

function mapSite(options: StackTraceOptions, site: NodeJS.CallSite): NodeJS.CallSite | undefined {
  const script = site.getFileName();
  if (script != null && options.isOwnScript(script)) {
    const text = options.standIn(site.getFunctionName());
    return text === undefined ? undefined : new StandInCallSite(site, text);
  }
  const module = options.modules.get(script);
  if (module !== undefined) return new CallSite(site, module, options.modules);
  return site.getEvalOrigin() === undefined ? site : new CallSite(site, undefined, options.modules);
}

/** Eval origins name places as text: `eval at f (/app/a.js:3:7)`, nested. */
export function mapPlacesInText(modules: WovenModules, text: string): string {
  return text.replace(
    /\(((?:file:|\/|[A-Za-z]:[\\/])[^()]*?):(\d+):(\d+)\)/g,
    (all: string, script: string, line: string, column: string) => {
      const module = modules.get(script);
      if (module === undefined) return all;
      const place = module.places.toOriginal(Number(line), Number(column));
      return `(${script}:${place.line}:${place.column})`;
    },
  );
}

/** Also what the type definitions leave out. */
type V8CallSite = NodeJS.CallSite & Record<string, (() => unknown) | undefined>;

/** A call site of V8 with its places mapped. Named as V8's class is. */
class CallSite implements NodeJS.CallSite {
  readonly #site: V8CallSite;
  readonly #module: WovenModule | undefined;
  readonly #modules: WovenModules;

  constructor(site: NodeJS.CallSite, module: WovenModule | undefined, modules: WovenModules) {
    this.#site = site as V8CallSite;
    this.#module = module;
    this.#modules = modules;
  }

  #place(line: number | null, column: number | null): { line: number | null; column: number | null } {
    return this.#module === undefined || line == null || column == null
      ? { line, column }
      : this.#module.places.toOriginal(line, column);
  }

  getLineNumber(): number | null {
    return this.#place(this.#site.getLineNumber(), this.#site.getColumnNumber()).line;
  }
  getColumnNumber(): number | null {
    return this.#place(this.#site.getLineNumber(), this.#site.getColumnNumber()).column;
  }
  getEnclosingLineNumber(): number | null {
    return this.#enclosing().line;
  }
  getEnclosingColumnNumber(): number | null {
    return this.#enclosing().column;
  }
  #enclosing(): { line: number | null; column: number | null } {
    return this.#place(
      this.#site['getEnclosingLineNumber']?.() ?? null,
      this.#site['getEnclosingColumnNumber']?.() ?? null,
    );
  }
  getPosition(): number {
    const position = this.#site['getPosition']?.();
    return this.#module === undefined ? position : this.#module.places.toInput(position);
  }
  getEvalOrigin(): string | undefined {
    const origin = this.#site.getEvalOrigin();
    return origin === undefined ? undefined : mapPlacesInText(this.#modules, origin);
  }
  toString(): string {
    let text = textOf(this.#site);
    const line = this.#site.getLineNumber();
    const column = this.#site.getColumnNumber();
    if (this.#module !== undefined && line != null && column != null) {
      const from = `:${line}:${column}`;
      const at = text.lastIndexOf(from);
      const place = this.#module.places.toOriginal(line, column);
      if (at >= 0) text = `${text.slice(0, at)}:${place.line}:${place.column}${text.slice(at + from.length)}`;
    }
    return this.#site.getEvalOrigin() === undefined ? text : mapPlacesInText(this.#modules, text);
  }
  getFileName(): string | null {
    return this.#site.getFileName();
  }
  getThis(): unknown {
    return this.#site.getThis();
  }
  getTypeName(): string | null {
    return this.#site.getTypeName();
  }
  // eslint-disable-next-line @typescript-eslint/no-unsafe-function-type -- V8's signature
  getFunction(): Function | undefined {
    return this.#site.getFunction();
  }
  getFunctionName(): string | null {
    return this.#site.getFunctionName();
  }
  getMethodName(): string | null {
    return this.#site.getMethodName();
  }
  getScriptNameOrSourceURL(): string {
    return this.#site.getScriptNameOrSourceURL()!;
  }
  getScriptHash(): string {
    return this.#site.getScriptHash();
  }
  isToplevel(): boolean {
    return this.#site.isToplevel();
  }
  isEval(): boolean {
    return this.#site.isEval();
  }
  isNative(): boolean {
    return this.#site.isNative();
  }
  isConstructor(): boolean {
    return this.#site.isConstructor();
  }
  isAsync(): boolean {
    return this.#site.isAsync();
  }
  isPromiseAll(): boolean {
    return this.#site.isPromiseAll();
  }
  getPromiseIndex(): number | null {
    return this.#site.getPromiseIndex();
  }
}

/** A frame of PAL in the place of one of Node's: it says what Node's would have said. */
class StandInCallSite extends CallSite {
  readonly #text: string;
  readonly #parts: RegExpExecArray | null;

  constructor(site: NodeJS.CallSite, text: string) {
    super(site, undefined, undefined as unknown as WovenModules);
    this.#text = text;
    this.#parts = /\(?([^\s()]+):(\d+):(\d+)\)?$/.exec(text);
  }
  override toString(): string {
    return this.#text;
  }
  override getFileName(): string | null {
    return this.#parts?.[1] ?? null;
  }
  override getScriptNameOrSourceURL(): string {
    return this.#parts?.[1] ?? '';
  }
  override getLineNumber(): number | null {
    return this.#parts === null ? null : Number(this.#parts[2]);
  }
  override getColumnNumber(): number | null {
    return this.#parts === null ? null : Number(this.#parts[3]);
  }
  override getEvalOrigin(): undefined {
    return undefined;
  }
}
// A minified bundle gives classes other names.
for (const named of [CallSite, StandInCallSite]) Object.defineProperty(named, 'name', { value: 'CallSite' });
