/**
 * Puts the loader into this thread: module hooks that weave and compile, and the layers that keep weaving invisible (stack traces, function
 * texts, reports of uncaught exceptions). The preload calls it once, before the program's first module is loaded.
 *
 * Invariant: order of layers is of no matter to the program; all are in place when `installLoader` returns.
 */
import * as nodeModule from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { MessageChannel, receiveMessageOnPort } from 'node:worker_threads';
import util from 'node:util';
import type { SiteTable } from '../entry/sites';
import type { ScopeConfig } from '../peer/runConfig';
import { correctAssertMessage } from './assertMessages';
import { installJavaScriptHandler, installTypeScriptHandlers, javaScriptHandlerFrame } from './commonJsHooks';
import { debuggerWanted } from './debuggerMap';
import { installFatalReport } from './fatalReport';
import { disguise, installFunctionText } from './functionText';
import { whileStartingHooksThread } from './hooksThreadMark';
import type { HooksData, WovenMessage } from './hooksProtocol';
import { LoaderThread } from './loaderThread';
import { needsTransform, OwnCode } from './sourceFiles';
import { installStackTraces } from './stackTraces';
import type { StackTraceOptions } from './stackTraces';
import { hasSyncHooks, installSyncHooks } from './syncHooks';
import { FileWeaver } from './weaveFile';
import type { WeaveSettings } from './weaveFile';
import { bundledWeaver } from './weaver';
import { defaultCacheDirectory } from './wovenCache';
import { WovenModules } from './wovenModules';

/** What the loader needs of the engine (`engine/createEngine.ts`). */
export interface LoaderEngine {
  /** Gives the table's sites consecutive numbers and returns the first. */
  registerModule(table: SiteTable): number;
  /** Makes known a table whose numbers another thread has taken from `nextSite`. */
  registerModuleAt?(table: SiteTable, base: number): void;
  /** Takes what brings such tables in; to be called for an unknown site. */
  pullTables?(pull: () => void): void;
  /** Site of the woven `throw` statement that threw this value last of all. */
  throwSiteOf?(value: unknown): number | undefined;
}

export interface LoaderConfig {
  /** False: nothing is woven, TypeScript still runs. */
  readonly weave: boolean;
  readonly scope: ScopeConfig;
  /** Directory of the bundles (`runtime/dist`); nothing in it is ever woven. */
  readonly distDirectory: string;
  /** Folder that names modules outside any package; default: the working directory. */
  readonly projectRoot?: string;
  /** `undefined`: the user's cache directory; `null`: no cache. */
  readonly cacheDirectory?: string | null;
  /** Next free site number of the process (one int32), shared with the engine; needed on Node 20 for ES modules. */
  readonly nextSite?: SharedArrayBuffer;
  /** Broadcast channel on which the host thread takes site tables (`peer/hostMessages.ts`); needed on Node 20 for ES modules. */
  readonly hostChannel?: string;
  /** The program's own `execArgv` and environment decide whether a debugger is wanted; give them as they were before PAL's were removed. */
  readonly execArgv?: readonly string[];
  /** Called before the process ends by an uncaught exception that the loader reports in Node's place. */
  readonly beforeFatalExit?: () => void;
}

/** Installs everything; see the file comment. */
export function installLoader(engine: LoaderEngine, config: LoaderConfig): void {
  const settings: WeaveSettings = {
    weave: config.weave,
    scope: config.scope,
    cacheDirectory:
      config.cacheDirectory === null ? undefined : (config.cacheDirectory ?? defaultCacheDirectory(process.env)),
    projectRoot: config.projectRoot ?? process.cwd(),
  };
  const weaverBundle = path.join(config.distDirectory, 'weaver.js');
  const weaver = bundledWeaver(weaverBundle);
  const inlineMaps = debuggerWanted(config.execArgv ?? process.execArgv, process.env);
  const ownCode = new OwnCode(config.scope.packages, [config.distDirectory]);
  let pull = (): void => undefined;
  const modules = new WovenModules(() => {
    pull();
  });
  const loader = new LoaderThread({
    weaver: new FileWeaver(settings, weaver),
    ownCode,
    inlineMaps,
    registerTable: (table) => engine.registerModule(table),
    onWoven: (scripts, base, code, woven, file) => {
      modules.add(scripts, base, code, woven, file);
    },
  });
  removeTraces(config.distDirectory);
  const main = process.argv[1];
  const typeScriptMain = main !== undefined && needsTransform(main);
  loader.typeScriptSeen = typeScriptMain;

  installLayers(engine, config, modules, () => weaver.load());

  installTypeScriptHandlers(loader);
  if (hasSyncHooks()) {
    const hooks = installSyncHooks(loader);
    if (typeScriptMain) hooks.resolveTypeScript();
    runPendingTicks();
    return;
  }
  installJavaScriptHandler(loader);
  const { port1, port2 } = new MessageChannel();
  port1.unref();
  const data: HooksData = {
    settings,
    excluded: [config.distDirectory],
    weaverBundle,
    inlineMaps,
    typeScript: typeScriptMain,
    nextSite: config.nextSite ?? new SharedArrayBuffer(4),
    port: port2,
    hostChannel: config.hostChannel,
  };
  whileStartingHooksThread(() => {
    nodeModule.register(pathToFileURL(path.join(config.distDirectory, 'hooks.mjs')).href, {
      data,
      transferList: [port2],
    });
  });
  runPendingTicks();
  pull = () => {
    for (;;) {
      const received = receiveMessageOnPort(port1) as { message: WovenMessage } | undefined;
      if (received === undefined) return;
      const { message } = received;
      if (message.table !== undefined) engine.registerModuleAt?.(message.table, message.base);
      modules.add(message.scripts, message.base, message.code, { details: () => message.details }, message.file);
    }
  };
  // The engine and stack traces pull when they meet something unknown; the event keeps the port from filling up.
  engine.pullTables?.(pull);
  port1.on('message', (message: WovenMessage) => {
    if (message.table !== undefined) engine.registerModuleAt?.(message.table, message.base);
    modules.add(message.scripts, message.base, message.code, { details: () => message.details }, message.file);
  });
  port1.unref();
}

/**
 * Starting threads leaves tasks for `process.nextTick`. Done now, they do not change what the program's first microtasks run in (and what
 * their stack traces show).
 */
function runPendingTicks(): void {
  (process as unknown as { _tickCallback?: () => void })._tickCallback?.();
}

/** The preload is no module of the program, and no flag that the program was started with. */
function removeTraces(distDirectory: string): void {
  const { _cache: cache } = nodeModule.Module as unknown as { _cache: Record<string, unknown> };
  for (const file of Object.keys(cache)) {
    // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- a cache
    if (path.dirname(file) === path.normalize(distDirectory)) delete cache[file];
  }
  const flags = process.execArgv;
  for (let i = flags.length - 2; i >= 0; i--) {
    const preload = flags[i] === '--require' || flags[i] === '-r';
    if (preload && path.dirname(flags[i + 1]!) === path.normalize(distDirectory)) flags.splice(i, 2);
  }
}

function installLayers(
  engine: LoaderEngine,
  config: LoaderConfig,
  modules: WovenModules,
  loadWeaver: () => ReturnType<ReturnType<typeof bundledWeaver>['load']>,
): void {
  const ownDirectory = config.distDirectory.endsWith(path.sep) ? config.distDirectory : config.distDirectory + path.sep;
  const ownUrl = pathToFileURL(ownDirectory).href;
  const stackOptions: StackTraceOptions = {
    modules,
    isOwnScript: (script) => script.startsWith(ownDirectory) || script.startsWith(ownUrl),
    beforeText: (error, trace) => {
      correctAssertMessage(error, trace, modules, () => loadWeaver());
    },
    standIn: (name) => (name === '.js' ? javaScriptHandlerFrame(path.join(ownDirectory, 'register.js')) : undefined),
  };
  installStackTraces(stackOptions);
  installFunctionText(modules);
  installCallSites(modules, stackOptions);
  installFatalReport({
    modules,
    findThrow: (text, place) => loadWeaver().findThrow(text, place),
    throwSiteOf: (value) => engine.throwSiteOf?.(value),
    insideFunction: (text, place) => loadWeaver().insideFunction(text, place),
    beforeExit: config.beforeFatalExit ?? (() => undefined),
  });
}

interface CallSiteInfo {
  scriptName?: string;
  lineNumber?: number;
  columnNumber?: number;
  column?: number;
}

/** `util.getCallSites` (Node ≥ 22.9) makes plain objects below the layer of stack traces. */
function installCallSites(modules: WovenModules, options: StackTraceOptions): void {
  const holder = util as unknown as Record<string, ((...args: never[]) => CallSiteInfo[]) | undefined>;
  for (const name of ['getCallSites', 'getCallSite']) {
    const bare = holder[name];
    if (typeof bare !== 'function') continue;
    const standIn = disguise(function (count?: unknown, ...rest: unknown[]): CallSiteInfo[] {
      // One frame more for this function, which is then taken out.
      const asked = typeof count === 'number' ? count + 1 : count;
      const sites = Reflect.apply(bare, util, [asked, ...rest] as never[]);
      return sites
        .filter((site) => !options.isOwnScript(site.scriptName ?? ''))
        .slice(0, typeof count === 'number' ? count : typeof count === 'object' || count === undefined ? 8 : undefined)
        .map((site) => {
          const module = modules.get(site.scriptName);
          const column = site.columnNumber ?? site.column;
          if (module === undefined || site.lineNumber === undefined || column === undefined) return site;
          const place = module.places.toOriginal(site.lineNumber, column);
          return {
            ...site,
            lineNumber: place.line,
            ...(site.columnNumber === undefined ? {} : { columnNumber: place.column }),
            ...(site.column === undefined ? {} : { column: place.column }),
          };
        });
    }, bare);
    const enumerable = Object.getOwnPropertyDescriptor(util, name)?.enumerable ?? true;
    Object.defineProperty(util, name, { value: standIn, writable: true, configurable: true, enumerable });
  }
}
