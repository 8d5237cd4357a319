/**
 * What one thread needs to load woven modules: weave a file, give its sites their numbers, make it known to stack traces. Shared by
 * the hooks of every Node version.
 */
import { readFileSync } from 'node:fs';
import type { SiteTable } from '../entry/sites';
import { inlineMapComment } from './debuggerMap';
import type { ModuleFormat } from './sourceFiles';
import type { OwnCode } from './sourceFiles';
import { needsTransform } from './sourceFiles';
import type { FileWeaver } from './weaveFile';
import type { WovenFile } from './wovenFile';

export interface LoadedSource {
  readonly code: string;
  readonly format: ModuleFormat | undefined;
}

export interface LoaderThreadOptions {
  readonly weaver: FileWeaver;
  readonly ownCode: OwnCode;
  /** Numbers the sites of a module: returns the first. */
  readonly registerTable: (table: SiteTable) => number;
  /** Makes the module known under the names that V8 may know its script by, before its code runs. */
  readonly onWoven: (scripts: readonly string[], base: number, code: string, woven: WovenFile, file: string) => void;
  /** A debugger is wanted: woven text names its map. */
  readonly inlineMaps: boolean;
}

export class LoaderThread {
  readonly #options: LoaderThreadOptions;
  /** True once a TypeScript file was loaded: JavaScript beside it may then mean TypeScript files too. */
  typeScriptSeen = false;

  constructor(options: LoaderThreadOptions) {
    this.#options = options;
  }

  /** True for files whose text is not used as it lies on disk. */
  handles(file: string): boolean {
    return (
      needsTransform(file) ||
      (/\.[cm]?js$|\/[^./]+$/.test(file.replaceAll('\\', '/')) && this.#options.ownCode.includes(file))
    );
  }

  /**
   * Source of a module as it is to be run; undefined: Node loads the file itself.
   * @param url of the module; V8 names ES modules by it, CommonJS by the path
   * @param format as Node sees it; undefined: the text decides
   * @throws SyntaxError for TypeScript that does not compile
   */
  load(file: string, url: string, format: ModuleFormat | undefined): LoadedSource | undefined {
    const typescript = needsTransform(file);
    if (typescript) this.typeScriptSeen = true;
    let text: string;
    try {
      text = readFileSync(file, 'utf8');
    } catch {
      return undefined;
    }
    if (text.charCodeAt(0) === 0xfeff) text = text.slice(1);
    const woven = this.#options.weaver.weaveFile(file, text, format, this.#options.ownCode.includes(file));
    if (woven === undefined) return undefined;
    const { meta } = woven;
    let base = 0;
    if (meta.siteCount > 0) {
      base = this.#options.registerTable({
        url,
        source: meta.source,
        moduleClass: meta.moduleClass,
        hash: meta.hash,
        sites: woven.sites(),
      });
    }
    let code = woven.code(base);
    if (this.#options.inlineMaps) code += inlineMapComment(code, woven, file, text);
    const scripts = meta.format === 'module' ? [url, file] : [file, url];
    this.#options.onWoven(scripts, base, code, woven, file);
    return { code, format: meta.format };
  }
}
