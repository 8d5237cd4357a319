/**
 * ES module hooks of Node 20 (`module.register`): they run in a thread of Node's own, so everything they need is bundled here, and what the app thread must
 * know of a woven module goes there by a message port.
 *
 * Deliberately absent: CommonJS, which this Node loads without asking the hooks thread.
 */
import { fileURLToPath, pathToFileURL } from 'node:url';
import { BroadcastChannel } from 'node:worker_threads';
import type { AppMessage } from '../peer/hostMessages';
import type { HooksData, WovenMessage } from './hooksProtocol';
import { takeSites } from './hooksProtocol';
import { LoaderThread } from './loaderThread';
import type { ModuleFormat } from './sourceFiles';
import { declaredFormat, needsTransform, OwnCode } from './sourceFiles';
import { isMissing, resolveTypeScript } from './typeScriptResolution';
import { FileWeaver } from './weaveFile';
import { bundledWeaver } from './weaver';

interface ResolveContext {
  readonly parentURL?: string | undefined;
}
interface ResolveResult {
  readonly url: string;
  readonly format?: string | null | undefined;
  readonly shortCircuit?: boolean;
}
interface LoadContext {
  readonly format?: string | null | undefined;
}
interface LoadResult {
  readonly format?: string | null | undefined;
  readonly source?: unknown;
  readonly shortCircuit?: boolean;
}

let loader: LoaderThread | undefined;

/** Called by Node once, with the data given to `module.register`. */
export function initialize(data: HooksData): void {
  const host = data.hostChannel === undefined ? undefined : new BroadcastChannel(data.hostChannel);
  host?.unref();
  loader = new LoaderThread({
    weaver: new FileWeaver(data.settings, bundledWeaver(data.weaverBundle)),
    ownCode: new OwnCode(data.settings.scope.packages, data.excluded),
    inlineMaps: data.inlineMaps,
    registerTable: (table) => {
      pending = table;
      const base = takeSites(data.nextSite, table.sites.length);
      host?.postMessage({ type: 'sites', base, table } satisfies AppMessage);
      return base;
    },
    onWoven: (scripts, base, code, woven, file) => {
      const message: WovenMessage = { base, table: pending, scripts, code, details: woven.details(), file };
      pending = undefined;
      data.port.postMessage(message);
    },
  });
  loader.typeScriptSeen = data.typeScript;
}

let pending: WovenMessage['table'];

export async function resolve(
  specifier: string,
  context: ResolveContext,
  next: (specifier: string, context?: ResolveContext) => Promise<ResolveResult>,
): Promise<ResolveResult> {
  const importer = context.parentURL === undefined ? undefined : fileOf(context.parentURL);
  const plain = specifier.startsWith('file:') ? (fileOf(specifier) ?? specifier) : specifier;
  const suffix = /[?#].*$/.exec(plain)?.[0] ?? '';
  const bare = suffix === '' ? plain : plain.slice(0, -suffix.length);
  if (importer === undefined) {
    if (needsTransform(bare) && fileOf(specifier) !== undefined)
      return { ...(await next(specifier, context)), format: 'module' };
    return next(specifier, context);
  }
  if (needsTransform(importer) || (loader?.typeScriptSeen === true && isMissing(bare, importer))) {
    const file = resolveTypeScript(bare, importer);
    if (file !== undefined) return found(file, suffix);
  }
  try {
    return await next(specifier, context);
  } catch (error) {
    throw withoutOwnFrames(error);
  }
}

/** The error crosses to the app thread with its stack as text. */
function withoutOwnFrames(error: unknown): unknown {
  if (error instanceof Error && typeof error.stack === 'string') {
    const lines = error.stack.split('\n');
    const own = lines.findIndex((line) => line.includes(import.meta.url));
    // The step that called this hook is a frame of the hook chain as well.
    if (own > 0) lines.splice(own - 1, 2);
    error.stack = lines.join('\n');
  }
  return error;
}

function found(file: string, suffix: string): ResolveResult {
  return { url: pathToFileURL(file).href + suffix, format: formatHint(file), shortCircuit: true };
}

function formatHint(file: string): ModuleFormat | 'json' | undefined {
  return file.endsWith('.json') ? 'json' : (declaredFormat(file) ?? 'commonjs');
}

export async function load(
  url: string,
  context: LoadContext,
  next: (url: string, context?: LoadContext) => Promise<LoadResult>,
): Promise<LoadResult> {
  const file = fileOf(url);
  if (loader === undefined || file === undefined || !loader.handles(file)) return next(url, context);
  if (needsTransform(file)) {
    const loaded = loader.load(file, url, undefined);
    if (loaded === undefined) return next(url, context);
    if (loaded.format === 'commonjs')
      return { format: 'module', source: facade(file, loaded.code), shortCircuit: true };
    return { format: loaded.format, source: loaded.code, shortCircuit: true };
  }
  // No `type` in package.json: Node looks at the original text.
  const result = context.format == null ? await next(url, context) : context;
  // CommonJS is loaded by the app thread itself, through `Module._extensions`.
  if (result.format !== 'module') return result === context ? next(url, context) : result;
  const loaded = loader.load(file, url, 'module');
  if (loaded === undefined) return result === context ? next(url, context) : result;
  return { ...result, format: 'module', source: loaded.code, shortCircuit: true };
}

/**
 * ES module that stands for a TypeScript file in CommonJS: the app thread compiles and runs the file when it is required, and Node would look for the
 * names of its exports in the TypeScript text.
 */
function facade(file: string, code: string): string {
  const names = new Set<string>();
  for (const match of code.matchAll(/\b0 && \(module\.exports = \{([^}]*)\}/g)) {
    for (const name of match[1]!.matchAll(/^\s*([\w$]+):/gm)) names.add(name[1]!);
  }
  for (const match of code.matchAll(/\bObject\.defineProperty\(exports, "([\w$]+)"|\bexports\.([\w$]+)\s*=[^=]/g))
    names.add((match[1] ?? match[2])!);
  names.delete('default');
  names.delete('__esModule');
  const list = [...names];
  return (
    `import{createRequire}from'node:module';const $=createRequire(import.meta.url)(${JSON.stringify(file)});export default $;` +
    (list.length === 0
      ? ''
      : `const{${list.map((name, i) => `${name}:$${i}`).join()}}=$;export{${list.map((name, i) => `$${i} as ${name}`).join()}};`)
  );
}

function fileOf(url: string): string | undefined {
  if (!url.startsWith('file:')) return undefined;
  try {
    return fileURLToPath(url.replace(/[?#].*$/, ''));
  } catch {
    return undefined;
  }
}
