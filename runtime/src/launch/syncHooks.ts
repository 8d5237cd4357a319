/**
 * Module hooks for Node ≥ 22.15: `module.registerHooks` sees ES modules and CommonJS in the thread that runs them, and leaves no frame in the program's stacks.
 *
 * Invariant: a program without TypeScript gets a `load` hook alone, so that resolution and its errors stay as they are.
 */
import * as nodeModule from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { LoaderThread } from './loaderThread';
import type { ModuleFormat } from './sourceFiles';
import { needsTransform } from './sourceFiles';
import { isMissing, resolveTypeScript } from './typeScriptResolution';

interface LoadContext {
  readonly format?: string | null;
  readonly conditions?: readonly string[];
}
interface LoadResult {
  readonly format?: string | null | undefined;
  readonly source?: unknown;
  readonly shortCircuit?: boolean;
}
interface ResolveContext {
  readonly parentURL?: string | undefined;
}
interface ResolveResult {
  readonly url: string;
  readonly format?: string | null | undefined;
  readonly shortCircuit?: boolean;
}
interface Hooks {
  load?(url: string, context: LoadContext, next: (url: string, context?: LoadContext) => LoadResult): LoadResult;
  resolve?(
    specifier: string,
    context: ResolveContext,
    next: (specifier: string, context?: ResolveContext) => ResolveResult,
  ): ResolveResult;
}
type RegisterHooks = (hooks: Hooks) => unknown;

/** True when this Node has synchronous hooks. */
export function hasSyncHooks(): boolean {
  return typeof (nodeModule as { registerHooks?: unknown }).registerHooks === 'function';
}

export function installSyncHooks(loader: LoaderThread): { resolveTypeScript(): void } {
  const register = (nodeModule as unknown as { registerHooks: RegisterHooks }).registerHooks;
  let resolving = false;
  const addResolution = (): void => {
    if (resolving) return;
    resolving = true;
    register({
      resolve(specifier, context, next) {
        return resolve(loader, specifier, context, next);
      },
    });
  };
  register({
    load(url, context, next) {
      const file = fileOf(url);
      if (file === undefined || !loader.handles(file)) return next(url, context);
      if (needsTransform(file)) {
        addResolution();
        const loaded = loader.load(file, url, undefined);
        return loaded === undefined ? next(url, context) : replaced({ format: loaded.format }, loaded.code);
      }
      if (context.format === 'module' || context.format === 'commonjs') {
        const loaded = loader.load(file, url, context.format);
        return loaded === undefined ? next(url, context) : replaced({ format: context.format }, loaded.code);
      }
      if (context.format != null) return next(url, context);
      // No `type` in package.json: Node looks at the original text, and warns about what it finds there.
      const result = next(url, context);
      const loaded = loader.load(file, url, formatOf(result.format));
      return loaded === undefined ? result : replaced(result, loaded.code);
    },
  });
  return { resolveTypeScript: addResolution };
}

/**
 * Result with other source. CommonJS that is imported goes through `Module._load`, as bare Node has it: Node's own result says so in a
 * property of its own (22, 24), without which it would run in a reduced environment (no `require.cache`).
 */
function replaced(result: LoadResult, source: string): LoadResult {
  const reload = result.format === 'commonjs' ? { shouldBeReloadedByCJSLoader: true } : {};
  return { ...result, ...reload, source, shortCircuit: true };
}

function formatOf(format: string | null | undefined): ModuleFormat | undefined {
  return format === 'module' || format === 'commonjs' ? format : undefined;
}

function resolve(
  loader: LoaderThread,
  specifier: string,
  context: ResolveContext,
  next: (specifier: string, context?: ResolveContext) => ResolveResult,
): ResolveResult {
  const importer = context.parentURL === undefined ? undefined : fileOf(context.parentURL);
  if (importer === undefined) return next(specifier, context);
  const plain = specifier.startsWith('file:') ? (fileOf(specifier) ?? specifier) : specifier;
  const suffix = /[?#].*$/.exec(plain)?.[0] ?? '';
  const bare = suffix === '' ? plain : plain.slice(0, -suffix.length);
  // Decided beforehand: an error of Node's must leave Node's code without passing through ours.
  if (needsTransform(importer) || (loader.typeScriptSeen && isMissing(bare, importer))) {
    const file = resolveTypeScript(bare, importer);
    if (file !== undefined) return found(file, suffix);
  }
  return next(specifier, context);
}

function found(file: string, suffix: string): ResolveResult {
  return { url: pathToFileURL(file).href + suffix, shortCircuit: true };
}

/** Path of a `file:` URL (query and hash dropped), or undefined. */
export function fileOf(url: string): string | undefined {
  if (!url.startsWith('file:')) return undefined;
  try {
    return fileURLToPath(url.replace(/[?#].*$/, ''));
  } catch {
    return undefined;
  }
}
