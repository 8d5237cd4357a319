/**
 * Dotted class-name prefix of a module (replay specification 12.5, steps 1-3): package name, then the path inside the package.
 *
 * Invariant: the name depends on the package and on file names alone, so it is the same on every machine and for a source file and
 * its compiled form. Deliberately absent: versions, absolute paths, anything counted at run time.
 */
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';

/** First folders that say where a file is built, not what it is: `src/a.ts` and `dist/a.js` have one name. */
const LAYOUT_FOLDERS = new Set(['src', 'dist', 'lib', 'build', 'out']);

/** Words that cannot be a segment of a Java name. */
const JAVA_KEYWORDS = new Set(
  (
    'abstract assert boolean break byte case catch char class const continue default do double else enum extends final finally float for goto if ' +
    'implements import instanceof int interface long native new package private protected public return short static strictfp super switch ' +
    'synchronized this throw throws transient try void volatile while true false null _'
  ).split(' '),
);

interface PackageInfo {
  readonly folder: string;
  readonly base: string;
}

/** Names modules; caches package lookups, so make one per process. */
export class ModuleNames {
  readonly #packages = new Map<string, PackageInfo | undefined>();
  readonly #segments = new Map<string, string>();
  readonly #root: string;

  /** @param root folder that names modules which lie in no package (the project folder) */
  constructor(root: string) {
    this.#root = root;
  }

  /** Prefix of the module's classes, e.g. `shop.orders` for `<shop>/src/orders.ts`. `file` is an absolute path. */
  prefixOf(file: string): string {
    const info = this.#packageOf(path.dirname(file)) ?? {
      folder: this.#root,
      base: sanitize(path.basename(this.#root)),
    };
    const relative = path.relative(info.folder, file);
    const parts = relative.split(path.sep);
    const last = stripExtension(parts.pop() ?? '');
    let folder = info.folder;
    const segments: string[] = [];
    parts.forEach((part, index) => {
      if (part !== '..' && !(index === 0 && LAYOUT_FOLDERS.has(part))) segments.push(this.#segment(folder, part));
      folder = path.join(folder, part);
    });
    if (last !== 'index' || segments.length === 0) segments.push(this.#segment(folder, last));
    return [info.base, ...segments].join('.');
  }

  #packageOf(folder: string): PackageInfo | undefined {
    if (this.#packages.has(folder)) return this.#packages.get(folder);
    let info: PackageInfo | undefined;
    try {
      const manifest = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')) as { name?: unknown };
      // A package.json without a name only sets `type`; the package it belongs to is further up.
      if (typeof manifest.name === 'string' && manifest.name !== '')
        info = { folder, base: packageBase(manifest.name) };
    } catch {
      // none here, or not JSON: look further up
    }
    const parent = path.dirname(folder);
    if (info === undefined && parent !== folder && path.basename(folder) !== 'node_modules')
      info = this.#packageOf(parent);
    this.#packages.set(folder, info);
    return info;
  }

  /** One segment; siblings that become equal by sanitizing are told apart by their order. */
  #segment(folder: string, name: string): string {
    const clean = sanitize(name);
    if (clean === name) return clean;
    const key = path.join(folder, name);
    let segment = this.#segments.get(key);
    if (segment === undefined) {
      let names: string[] = [];
      try {
        names = [...new Set(readdirSync(folder).map(stripExtension))]
          .filter((other) => sanitize(other) === clean)
          .sort();
      } catch {
        // the folder of a virtual module cannot be listed: nothing collides
      }
      const rank = names.indexOf(name);
      segment = rank > 0 ? `${clean}_${rank + 1}` : clean;
      this.#segments.set(key, segment);
    }
    return segment;
  }
}

function packageBase(name: string): string {
  return name.replace(/^@/, '').split('/').map(sanitize).join('.');
}

function stripExtension(name: string): string {
  return name.replace(/(\.d)?\.[cm]?[jt]sx?$/, '');
}

function sanitize(segment: string): string {
  const clean = segment.replace(/[^A-Za-z0-9_$]/g, '_');
  return /^[0-9]/.test(clean) || clean === '' || JAVA_KEYWORDS.has(clean) ? `_${clean}` : clean;
}
