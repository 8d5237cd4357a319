/**
 * What Node prints when a program dies of an exception: an excerpt of the line that threw, the error, Node's version.
 *
 * Node takes the excerpt from the text V8 runs, which is woven, and at the place that threw last, which is where woven code passed the exception on. So the
 * report is written here, in the same bytes, for every exception that met woven code; all others are left to Node.
 *
 * Invariants: handlers, `exit` listeners and exit codes are Node's own (its handler runs first, unchanged); the report comes after them, as Node's does.
 * Deliberately absent: `--trace-uncaught`, an attached inspector (Node reports then).
 */
import { readFileSync, writeSync } from 'node:fs';
import path from 'node:path';
import { inspect } from 'node:util';
import { types } from 'node:util';
import { isMainThread } from 'node:worker_threads';
import { disguise } from './functionText';
import type { Place } from './placeMap';
import { lineOf } from './placeMap';
import type { WovenModules } from './wovenModules';

/** A place that threw: the script as stack traces name it, and the text of that script. */
export interface ThrowPlace extends Place {
  readonly script: string;
  readonly text: string;
}

export interface FatalReportOptions {
  readonly modules: WovenModules;
  /** Start of the `throw` statement whose operand contains the place; undefined when the place is in none. */
  readonly findThrow: (text: string, place: Place) => Place | undefined;
  /** True when the place lies inside a function, whose woven form passes exceptions on by throwing them again. */
  readonly insideFunction: (text: string, place: Place) => boolean;
  /** Site of the woven `throw` statement that threw this very value, if the last of all did. */
  readonly throwSiteOf: (value: unknown) => number | undefined;
  /** Called once before the process ends by a report. */
  readonly beforeExit: () => void;
}

interface FatalProcess {
  _fatalException?: (error: unknown, fromPromise: boolean) => boolean;
  reallyExit(code: number): never;
  binding(name: 'natives'): Record<string, string>;
  _exiting?: boolean;
}

const GENERIC_FAILURE = 1;
/** Exit code of Node when a handler of uncaught exceptions threw itself. */
const HANDLER_FAILURE = 7;

/** Name that woven `throw` statements call (`weave/weaver.ts`). */
const THROW_HOOK = '__pal_th';

export function installFatalReport(options: FatalReportOptions): void {
  const fatal = process as unknown as FatalProcess;
  const bare = fatal._fatalException;
  if (!isMainThread || typeof bare !== 'function') return;
  const handler = disguise(function (this: unknown, error: unknown, fromPromise: boolean): boolean {
    // Node's function must be found under its name: V8 takes the name in stack traces from there.
    fatal._fatalException = bare;
    let handled: boolean;
    try {
      handled = Reflect.apply(bare, this, [error, fromPromise]);
    } catch (second) {
      report(options, second, false, HANDLER_FAILURE);
      throw second;
    } finally {
      fatal._fatalException = handler;
    }
    if (!handled) report(options, error, fromPromise || calledByScript(), undefined);
    return handled;
  }, bare);
  fatal._fatalException = handler;
}

/**
 * True when JavaScript (of Node) reports the exception, as for microtasks: the place is then the error's own. An exception that left the program's code
 * comes from native code, below which there is no frame.
 */
function calledByScript(): boolean {
  const holder: { stack?: unknown } = {};
  Error.captureStackTrace(holder, calledByScript);
  return typeof holder.stack === 'string' && holder.stack.includes('\n    at ');
}

/** Writes the report and ends the process; returns when the report is Node's to write. */
function report(options: FatalReportOptions, error: unknown, fromPromise: boolean, code: number | undefined): void {
  let text: string | undefined;
  try {
    text = inspectorAttached() ? undefined : fatalText(options, error, fromPromise);
  } catch {
    // whatever is strange about this value, Node can print it
  }
  if (text === undefined) return;
  options.beforeExit();
  writeAll(text);
  const exitCode = code ?? (process.exitCode === undefined ? GENERIC_FAILURE : Number(process.exitCode));
  (process as unknown as FatalProcess).reallyExit(exitCode);
}

/** The whole report, or undefined when the exception has nothing to do with woven code. */
export function fatalText(options: FatalReportOptions, error: unknown, fromPromise: boolean): string | undefined {
  if (isCompileError(error)) return `${error.stack ?? ''}\n\nNode.js ${process.version}\n`;
  const place = throwPlace(options, error, fromPromise);
  if (place === undefined) return undefined;
  const line = lineOf(place.text, place.line - 1);
  const excerpt = `${place.script}:${place.line}\n${line}\n${underline(line, place.column - 1)}\n`;
  const isObject = (typeof error === 'object' && error !== null) || typeof error === 'function';
  let body: string;
  // Node 20 puts one more line break behind an excerpt from a source map.
  const gap = sourceMapsEnabled() && Number(process.versions.node.split('.')[0]) < 22 ? '\n' : '';
  if (types.isNativeError(error)) body = `${excerpt}${gap}\n${described(error)}\n`;
  else if (isObject) body = `\n${excerpt}${described(error)}\n`;
  else {
    const text = typeof error === 'symbol' ? '' : String(error);
    const argv0 = (process.argv0 || 'node').replace(/^.*[\\/]/, '').replace(/\.exe$/, '');
    body = `\n${excerpt}${text}\n(Use \`${argv0} --trace-uncaught ...\` to show where the exception was thrown)\n`;
  }
  return `${body}\nNode.js ${process.version}\n`;
}

/** Thrown by the compiler of TypeScript (`transform.ts`): its stack is the report. */
function isCompileError(error: unknown): error is Error {
  return types.isNativeError(error) && Object.hasOwn(error, Symbol.for('pal.compileError'));
}

function underline(line: string, column: number): string {
  return column > line.length ? '' : `${line.slice(0, column).replace(/[^\t]/g, ' ')}^`;
}

/** The error as Node shows it to the terminal: with its own properties, in colour where Node uses colour. */
function described(error: object): string {
  const enhance = Object.getOwnPropertySymbols(error).find((s) => s.description === 'kEnhanceStackBeforeInspector');
  const enhanced = error as { stack?: unknown } & Record<symbol, unknown>;
  if (enhance !== undefined && typeof enhanced[enhance] === 'function') {
    try {
      enhanced.stack = (enhanced[enhance] as () => unknown)();
    } catch {
      // shown as it is
    }
  }
  try {
    return inspect(error, {
      colors: useColors(),
      customInspect: false,
      depth: Math.max(inspect.defaultOptions.depth ?? Infinity, 5),
    });
  } catch {
    return String(enhanced.stack);
  }
}

function useColors(): boolean {
  const forced = process.env['FORCE_COLOR'] !== undefined;
  const stream = process.stderr as NodeJS.WriteStream & { getColorDepth?: () => number };
  return (stream.isTTY || forced) && (stream.getColorDepth === undefined ? stream.isTTY : stream.getColorDepth() > 2);
}

function throwPlace(options: FatalReportOptions, error: unknown, fromPromise: boolean): ThrowPlace | undefined {
  const isError = types.isNativeError(error);
  const frames = isError ? framesOf(error) : [];
  // Node reports rejections and errors of microtasks itself, at the place where the error was made.
  if (fromPromise || (isError && fromMicrotask(error, frames)))
    return frames[0]?.top === true ? wovenPlace(options, frames[0]) : undefined;
  // With source maps on, frames name the original files; sites know the compiled ones.
  const site = sourceMapsEnabled() ? undefined : options.throwSiteOf(error);
  if (site !== undefined) {
    const place = options.modules.placeOfSite(site, `${THROW_HOOK}(`);
    const text = place === undefined ? undefined : textOf(options, place.script);
    if (place !== undefined && text !== undefined) return { ...place, text };
  }
  const woven = frames.filter((frame) => isProgram(options, frame.script));
  if (woven.length === 0) return undefined;
  const first = frames[0]!;
  const known = knownInternalThrow(error);
  if (known !== undefined || !first.top || first !== woven[0]) {
    // Thrown below the program's own code: Node knows the place as long as no woven function passed the exception on.
    const passedOn = woven.some(
      (frame) => !frame.async && options.insideFunction(textOf(options, frame.script) ?? '', frame),
    );
    if (!passedOn) return undefined;
    if (known !== undefined) return known;
  }
  for (const frame of frames.slice(0, 4)) {
    // Made by a helper: the caller may be the one that throws it. Otherwise the operation itself failed.
    const text = textOf(options, frame.script);
    const statement = text === undefined ? undefined : options.findThrow(text, frame);
    if (text !== undefined && statement !== undefined) return { script: frame.script, ...statement, text };
  }
  return placed(
    options,
    frames.find((frame) => textOf(options, frame.script) !== undefined),
  );
}

/** A callback of `queueMicrotask`: called by V8 itself (its stack ends in the program), or by Node's runner of microtasks (Node 20). */
function fromMicrotask(error: Error, frames: readonly Frame[]): boolean {
  const last = frames.at(-1);
  if (last === undefined) return false;
  if (String(error.stack).includes('AsyncResource.runMicrotask ')) return true;
  return frames.length < Math.min(Error.stackTraceLimit, 10) && !last.async && !last.script.startsWith('node:');
}

function wovenPlace(options: FatalReportOptions, frame: Frame): ThrowPlace | undefined {
  return isProgram(options, frame.script) ? placed(options, frame) : undefined;
}

function placed(options: FatalReportOptions, frame: Frame | undefined): ThrowPlace | undefined {
  const text = frame === undefined ? undefined : textOf(options, frame.script);
  return frame === undefined || text === undefined ? undefined : { ...frame, text };
}

interface Frame extends Place {
  readonly script: string;
  /** The place that V8 takes for the exception: nothing but built-in functions above it. */
  readonly top: boolean;
  readonly async: boolean;
}

/** Frames of an error's text form, places as the program sees them. */
function framesOf(error: Error): Frame[] {
  const stack: unknown = error.stack;
  if (typeof stack !== 'string') return [];
  const frames: Frame[] = [];
  let top = true;
  for (const line of stack.split('\n')) {
    if (!line.startsWith('    at ')) continue;
    const first = top;
    // Built-in functions have no script; V8 takes the place of their caller, but knows a place of its own for JSON.
    top &&= line.endsWith('(<anonymous>)') && !line.includes('JSON.parse');
    if (line.includes('(eval at ')) continue;
    const match = /(?:\(|at (?:async )?)((?:file:|node:|\/|[A-Za-z]:[\\/]).*?):(\d+):(\d+)\)?$/.exec(line);
    if (match === null) continue;
    const [, script, row, column] = match as unknown as [string, string, string, string];
    frames.push({
      script,
      line: Number(row),
      column: Number(column),
      top: first,
      async: line.startsWith('    at async '),
    });
  }
  return frames;
}

function textOf(options: FatalReportOptions, script: string): string | undefined {
  const module = options.modules.get(script);
  if (module !== undefined) return module.places.originalText();
  if (script.startsWith('node:')) return natives()[script.slice('node:'.length)];
  return isProgram(options, script) ? readText(script) : undefined;
}

/** Woven scripts, and with source maps on the files that they were compiled from. */
function isProgram(options: FatalReportOptions, script: string): boolean {
  if (options.modules.get(script) !== undefined) return true;
  return (
    sourceMapsEnabled() &&
    path.isAbsolute(script) &&
    !/[\\/]node_modules[\\/]/.test(script) &&
    readText(script) !== undefined
  );
}

function sourceMapsEnabled(): boolean {
  return (process as { sourceMapsEnabled?: boolean }).sourceMapsEnabled === true;
}

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

let nativeSources: Record<string, string> | undefined;
function natives(): Record<string, string> {
  try {
    return (nativeSources ??= (process as unknown as FatalProcess).binding('natives'));
  } catch {
    return {};
  }
}

/** Throw statements of Node that leave no frame in the error's own stack. */
function knownInternalThrow(error: unknown): ThrowPlace | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  const { code, operator, generatedMessage } = error as {
    code?: unknown;
    operator?: unknown;
    generatedMessage?: unknown;
  };
  if (Object.getOwnPropertySymbols(error).some((s) => s.description === 'kEnhanceStackBeforeInspector')) {
    return internalPlace('events', "throw er; // Unhandled 'error' event");
  }
  if (code === 'ERR_UNHANDLED_ERROR') {
    return (
      internalPlace('events', "throw err; // Unhandled 'error' event") ??
      internalPlace('events', "throw er; // Unhandled 'error' event")
    );
  }
  if (
    code === 'ERR_ASSERTION' &&
    operator === '==' &&
    (error as { expected?: unknown }).expected === true &&
    generatedMessage !== undefined
  ) {
    return internalPlace('internal/assert/utils', 'throw err;') ?? internalPlace('assert', 'throw err;');
  }
  if (code === 'ERR_ASSERTION' && operator !== 'fail') return internalPlace('assert', 'throw new AssertionError(obj);');
  return undefined;
}

function internalPlace(module: string, statement: string): ThrowPlace | undefined {
  const text = natives()[module];
  const at = text?.indexOf(statement) ?? -1;
  if (text === undefined || at < 0) return undefined;
  const before = text.slice(0, at).split('\n');
  return { script: `node:${module}`, line: before.length, column: before.at(-1)!.length + 1, text };
}

function inspectorAttached(): boolean {
  return process.execArgv.some((argument) => argument.startsWith('--inspect'));
}

function writeAll(text: string): void {
  const bytes = Buffer.from(text);
  let at = 0;
  while (at < bytes.length) {
    try {
      at += writeSync(2, bytes, at);
    } catch (error) {
      // A full pipe whose other end reads slowly: Node's own report waits for it too.
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') return;
    }
  }
}
