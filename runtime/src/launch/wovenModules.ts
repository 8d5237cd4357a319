/**
 * The woven modules of this thread, by the name under which V8 knows their script (path for CommonJS, URL for ES modules).
 *
 * Invariant: a module is known before its code runs. Position data is decoded on first need, which for most programs is never.
 */
import type { Place } from './placeMap';
import { PlaceMap } from './placeMap';
import type { WovenFile } from './wovenFile';

export interface WovenModule {
  readonly places: PlaceMap;
  /** Path of the file on disk. */
  readonly file: string;
}

interface Entry {
  readonly script: string;
  readonly code: string;
  readonly woven: Pick<WovenFile, 'details'>;
  readonly file: string;
  module: WovenModule | undefined;
}

export class WovenModules {
  readonly #byScript = new Map<string, Entry>();
  /** Modules by first site number, ascending. */
  readonly #bases: number[] = [];
  readonly #byBase: Entry[] = [];
  readonly #pull: () => void;

  /** @param pull brings in modules that another thread has woven for this one, before a lookup */
  constructor(pull: () => void = () => undefined) {
    this.#pull = pull;
  }

  add(scripts: readonly string[], base: number, code: string, woven: Pick<WovenFile, 'details'>, file: string): void {
    const entry: Entry = { script: scripts[0]!, code, woven, file, module: undefined };
    for (const script of scripts) this.#byScript.set(script, entry);
    let at = this.#bases.length;
    while (at > 0 && this.#bases[at - 1]! > base) at--;
    this.#bases.splice(at, 0, base);
    this.#byBase.splice(at, 0, entry);
  }

  get(script: string | null | undefined): WovenModule | undefined {
    if (script == null || script === '' || script.startsWith('node:')) return undefined;
    this.#pull();
    const entry = this.#byScript.get(script);
    return entry === undefined ? undefined : opened(entry);
  }

  /** Original text of a function whose woven text names one of the site numbers in it. */
  originalText(woven: string): string | undefined {
    this.#pull();
    const tried = new Set<Entry>();
    for (const match of woven.matchAll(/0x([0-9a-f]{6})/g)) {
      const entry = this.#entryOfSite(parseInt(match[1]!, 16));
      if (entry === undefined || tried.has(entry)) continue;
      tried.add(entry);
      const text = opened(entry).places.originalOf(woven);
      if (text !== undefined) return text;
    }
    for (const entry of this.#byBase) {
      if (tried.has(entry) || !entry.code.includes(woven)) continue;
      return opened(entry).places.originalOf(woven);
    }
    return undefined;
  }

  /** Place of the woven text that a site number stands in, e.g. `__pal_th(0x00001f,`. */
  placeOfSite(site: number, before: string): (Place & { readonly script: string }) | undefined {
    this.#pull();
    const entry = this.#entryOfSite(site);
    if (entry === undefined) return undefined;
    const place = opened(entry).places.find(`${before}0x${site.toString(16).padStart(6, '0')}`);
    return place === undefined ? undefined : { ...place, script: entry.script };
  }

  #entryOfSite(site: number): Entry | undefined {
    let low = 0;
    let high = this.#bases.length - 1;
    let found: Entry | undefined;
    while (low <= high) {
      const middle = (low + high) >>> 1;
      if (this.#bases[middle]! <= site) {
        found = this.#byBase[middle];
        low = middle + 1;
      } else high = middle - 1;
    }
    return found;
  }
}

function opened(entry: Entry): WovenModule {
  return (entry.module ??= { places: new PlaceMap(entry.code, entry.woven.details(), entry.file), file: entry.file });
}
