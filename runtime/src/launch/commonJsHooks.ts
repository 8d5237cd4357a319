/**
 * CommonJS on Node without `module.registerHooks` (Node 20), and TypeScript in CommonJS on every Node: handlers in `Module._extensions`.
 *
 * The handler of `.js` stands in the place of Node's own, one frame for one frame, and stack traces show Node's frame for it (`standIn`).
 * Handlers of TypeScript are not enumerable, so that `require.extensions` has the keys a program expects and Node's search by extension stays as it is.
 *
 * Invariant: resolution changes through `Module._findPath` alone, which is not on the stack when Node reports that it found nothing.
 */
import { readFileSync, realpathSync } from 'node:fs';
import Module from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { disguise } from './functionText';
import type { LoaderThread } from './loaderThread';
import { declaredFormat, needsTransform, TYPESCRIPT_EXTENSIONS } from './sourceFiles';
import { resolveTypeScript } from './typeScriptResolution';

type Handler = (module: CompiledModule, filename: string) => unknown;

interface CompiledModule extends NodeJS.Module {
  _compile(code: string, filename: string, format?: string): unknown;
}

interface ModuleInternals {
  _extensions: Record<string, Handler>;
  _findPath: (request: string, paths: readonly string[] | null, isMain: boolean, ...rest: unknown[]) => string | false;
  runMain(main?: string): unknown;
}

const internals = Module as unknown as ModuleInternals;

/** Replaces Node's handler of JavaScript files. */
export function installJavaScriptHandler(loader: LoaderThread): void {
  const bare = internals._extensions['.js'];
  if (bare === undefined) return;
  const holder: Record<string, Handler> = {
    ['.js'](module, filename) {
      if (declaredFormat(filename) === 'module' && !needsTransform(filename))
        return bare.call(internals._extensions, module, filename);
      const format = declaredFormat(filename);
      const loaded = loader.handles(filename) ? loader.load(filename, pathToFileURL(filename).href, format) : undefined;
      // Read here and not by Node's handler: one frame must stay one frame.
      const code = loaded?.code ?? readFileSync(filename, 'utf8');
      return module._compile(code, filename, format);
    },
  };
  // It keeps its own name: stack traces know it by that.
  internals._extensions['.js'] = disguise(holder['.js']!, bare, false);
  standInSource = bare;
}

/** Adds handlers of TypeScript and JSX files, and what their specifiers mean. */
export function installTypeScriptHandlers(loader: LoaderThread): void {
  for (const extension of TYPESCRIPT_EXTENSIONS) {
    const holder: Record<string, Handler> = {
      ['.js'](module, filename) {
        const loaded = loader.load(filename, pathToFileURL(filename).href, undefined);
        if (loaded === undefined) return internals._extensions['.js']!(module, filename);
        return module._compile(loaded.code, filename, loaded.format);
      },
    };
    const previous = Object.getOwnPropertyDescriptor(internals._extensions, extension);
    Object.defineProperty(internals._extensions, extension, {
      value: holder['.js'],
      enumerable: previous?.enumerable ?? false,
      writable: true,
      configurable: true,
    });
  }
  const bareFindPath = internals._findPath;
  internals._findPath = disguise(function (request, paths, isMain, ...rest) {
    const importer = loader.typeScriptSeen && !isMain ? importerOf(request, paths) : undefined;
    const meant = importer === undefined ? undefined : resolveTypeScript(request, importer);
    if (meant !== undefined && needsTransform(meant)) return realpathSync(meant);
    const found = bareFindPath.call(internals, request, paths, isMain, ...rest);
    return found === false && meant !== undefined ? realpathSync(meant) : found;
  }, bareFindPath);
}

/**
 * A file that stands for the importing module: Node passes the directories to search, not the module. Relative requests come with the importer's own
 * directory, others with `node_modules` of it.
 */
function importerOf(request: string, paths: readonly string[] | null): string | undefined {
  const first = paths?.[0];
  if (path.isAbsolute(request)) return path.join(path.dirname(request), 'importer.ts');
  if (first === undefined) return undefined;
  const directory = path.basename(first) === 'node_modules' ? path.dirname(first) : first;
  return path.join(directory, 'importer.ts');
}

let standInSource: Handler | undefined;
let standInText: string | undefined;

/** Text of the stack frame of Node's own handler, which ours stands in for. */
export function javaScriptHandlerFrame(sample: string): string | undefined {
  if (standInText !== undefined || standInSource === undefined) return standInText;
  const probe = {
    _compile() {
      const holder: { stack?: string } = {};
      // eslint-disable-next-line @typescript-eslint/unbound-method -- names a frame, is not called
      Error.captureStackTrace(holder, probe._compile);
      standInText = /^\s*at (.*)$/m.exec(holder.stack ?? '')?.[1] ?? '';
    },
  };
  try {
    standInSource.call(internals._extensions, probe as unknown as CompiledModule, sample);
  } catch {
    standInText = '';
  }
  return standInText === '' ? undefined : standInText;
}
