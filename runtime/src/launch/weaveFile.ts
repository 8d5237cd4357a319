/**
 * One file from disk to woven text: cache, TypeScript, weaving, places of the original source.
 *
 * Invariants: same bytes and same options give the same result, in every process and thread; a file that the weaver cannot parse is left
 * to Node, which reports the mistake in its own words; parser and compilers are loaded for files that the cache does not have, and only then.
 */
import { createHash } from 'node:crypto';
import * as crypto from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Site } from '../entry/sites';
import type { ScopeConfig } from '../peer/runConfig';
import { scopeFilter } from '../scope/scopeFilter';
import type { WeaveOutput } from '../weave/weave';
import { ModuleNames } from './moduleNames';
import type { ModuleFormat } from './sourceFiles';
import { declaredFormat, needsTransform } from './sourceFiles';
import { readSourceMap, SourceMap, sourceMapText } from './sourceMaps';
import { typeScriptOptionsFor } from './tsconfig';
import type { Weaver } from './weaver';
import type { WovenText } from './weaverBundle';
import { WovenCache } from './wovenCache';
import type { WovenContents, WovenDetails } from './wovenFile';
import type { WovenFile } from './wovenFile';
import { decodeWovenFile, encodeWovenFile } from './wovenFile';

export interface WeaveSettings {
  /** False: files are compiled (TypeScript) but not woven. */
  readonly weave: boolean;
  readonly scope: ScopeConfig;
  readonly cacheDirectory: string | undefined;
  /** Folder that names modules outside any package. */
  readonly projectRoot: string;
}

/** Version of the pipeline itself, for cache keys. */
const PIPELINE_VERSION = '2';

export class FileWeaver {
  readonly #settings: WeaveSettings;
  readonly #weaver: Weaver;
  readonly #cache: WovenCache | undefined;
  readonly #names: ModuleNames;
  readonly #optionsKey: string;
  readonly #inScope: ReturnType<typeof scopeFilter>;

  constructor(settings: WeaveSettings, weaver: Weaver) {
    this.#settings = settings;
    this.#weaver = weaver;
    this.#cache = settings.cacheDirectory === undefined ? undefined : new WovenCache(settings.cacheDirectory);
    this.#names = new ModuleNames(settings.projectRoot);
    this.#inScope = scopeFilter(settings.scope);
    const scope = { ...settings.scope, packages: undefined };
    this.#optionsKey = JSON.stringify([PIPELINE_VERSION, weaver.version, settings.weave, scope]);
  }

  /**
   * @param source text of the file, byte order mark removed
   * @param format what Node says the file is; undefined: the text decides
   * @param weave false for code that is only compiled (TypeScript inside a dependency)
   * @returns undefined when the file is to be loaded as it is
   * @throws SyntaxError for TypeScript that does not compile
   */
  weaveFile(filename: string, source: string, format: ModuleFormat | undefined, weave = true): WovenFile | undefined {
    const woven = weave && this.#settings.weave;
    const typescript = needsTransform(filename);
    if (!woven && !typescript) return undefined;
    const prefix = this.#names.prefixOf(filename);
    const options = typescript ? typeScriptOptionsFor(filename) : undefined;
    const ownMap = typescript ? undefined : sourceMapText(filename, source);
    const key = digest(
      [
        this.#optionsKey,
        filename,
        format ?? declaredFormat(filename) ?? '',
        String(woven),
        prefix,
        options === undefined ? '' : JSON.stringify(options),
        ownMap === undefined ? '' : ownMap.json,
        source,
      ].join('\0'),
    );
    const cached = this.#cache?.get(key);
    if (cached !== undefined) return cached;
    const contents = this.#make(filename, source, format, woven, prefix);
    if (contents === undefined) return undefined;
    const bytes = encodeWovenFile(contents);
    this.#cache?.put(key, bytes);
    return decodeWovenFile(bytes);
  }

  #make(
    filename: string,
    source: string,
    format: ModuleFormat | undefined,
    woven: boolean,
    prefix: string,
  ): WovenContents | undefined {
    const typescript = needsTransform(filename);
    const compiled = typescript
      ? this.#weaver.load().transformSource(filename, source, typeScriptOptionsFor(filename))
      : undefined;
    const input = compiled?.code ?? source;
    const compiledMap = compiled === undefined ? undefined : new SourceMap(compiled.mappings, [filename]);
    const effective = compiled?.format ?? format;
    let result: WovenText | undefined;
    if (woven) {
      result = this.#weaver.load().weaveModule(input, effective, prefix, {
        calls: true,
        fieldReads: this.#settings.scope.fieldReads,
        fieldWrites: this.#settings.scope.fieldWrites,
        builtins: this.#settings.scope.builtins,
        inScope: this.#inScope,
        ...(compiledMap && { isGenerated: (line, column) => compiledMap.trace(line - 1, column - 1) === undefined }),
      });
    }
    const output = result?.output;
    if (output === undefined && compiled === undefined) return undefined;
    const original = originalOf(filename, source, compiledMap);
    return {
      meta: {
        format: effective ?? result?.format,
        source: original.source,
        hash: original.hash,
        moduleClass: `${prefix}.$module`,
        siteCount: output?.sites.length ?? 0,
      },
      sites: (output?.sites ?? []).map((site) => original.place(site)),
      details: detailsOf(input, output, compiled?.mappings),
      literalOffsets: output?.literalOffsets ?? new Uint32Array(0),
      literalSites: output?.literalSites ?? new Uint32Array(0),
      code: output?.code ?? input,
    };
  }
}

/** Where the sites of a file lie in the text that its author wrote: through the compiler's map or the file's own. */
function originalOf(
  filename: string,
  source: string,
  compiledMap: SourceMap | undefined,
): { source: string; hash: string; place: (site: Site) => Site } {
  const map = compiledMap ?? readSourceMap(filename, source);
  if (map === undefined) return { source: filename, hash: digest(source), place: (site) => site };
  const [only] = map.sources;
  // A bundle of many sources has no single original: its places stay those of the bundle.
  if (only === undefined || map.sources.length > 1)
    return { source: filename, hash: digest(source), place: (site) => site };
  const text = compiledMap === undefined ? (readText(only) ?? map.sourcesContent[0] ?? source) : source;
  return {
    source: only,
    hash: digest(text),
    place: (site) => {
      if (site.line === 0) return site;
      const place = map.trace(site.line - 1, site.column - 1);
      return place === undefined
        ? { ...site, line: 0, column: 0 }
        : { ...site, line: place.line + 1, column: place.column + 1 };
    },
  };
}

function detailsOf(input: string, output: WeaveOutput | undefined, mappings: string | undefined): WovenDetails {
  const edits: number[] = [];
  const replaced: Record<number, string> = {};
  const positions: Record<number, number> = {};
  output?.edits.forEach((edit, index) => {
    edits.push(edit.start, edit.end, edit.text.length);
    if (edit.end > edit.start) replaced[index] = input.slice(edit.start, edit.end);
    if (edit.position !== undefined) positions[index] = edit.position;
  });
  return { edits, replaced, positions, mappings };
}

function readText(file: string): string | undefined {
  if (!path.isAbsolute(file)) return undefined;
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

type OneShotHash = (algorithm: string, data: string, encoding: 'hex') => string;
const oneShot = (crypto as unknown as { hash?: OneShotHash }).hash;

/** sha-256, hex; by the one-shot function where Node has it. */
function digest(text: string): string {
  return oneShot === undefined ? createHash('sha256').update(text).digest('hex') : oneShot('sha256', text, 'hex');
}
