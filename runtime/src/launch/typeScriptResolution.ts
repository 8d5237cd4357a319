/**
 * Specifiers that mean TypeScript files: `./a.js` for `a.ts`, no extension, a directory, a tsconfig path alias.
 *
 * Invariants: asked for importing TypeScript files (and for JavaScript files beside them only when Node found nothing), so that a JavaScript
 * program resolves as ever; TypeScript wins over JavaScript of the same name, as in the compiler.
 * Deliberately absent: package `exports` and `imports`, `node_modules` lookup: Node does them.
 */
import { statSync } from 'node:fs';
import path from 'node:path';
import { aliasTargets, typeScriptOptionsFor } from './tsconfig';

const MEANT: Readonly<Record<string, readonly string[]>> = {
  '.js': ['.ts', '.tsx', '.js', '.jsx'],
  '.jsx': ['.tsx', '.jsx'],
  '.mjs': ['.mts', '.mjs'],
  '.cjs': ['.cts', '.cjs'],
};
const IMPLIED = ['.ts', '.tsx', '.mts', '.cts', '.js', '.mjs', '.cjs', '.jsx', '.json'];

/** Absolute path that the specifier means by TypeScript's rules, or undefined: Node decides. */
export function resolveTypeScript(specifier: string, importer: string): string | undefined {
  if (/^\.{1,2}(?:\/|$)/.test(specifier)) return probe(path.resolve(path.dirname(importer), specifier), specifier);
  if (path.isAbsolute(specifier)) return probe(specifier, specifier);
  for (const target of aliasTargets(typeScriptOptionsFor(importer), specifier)) {
    const found = probe(target, target);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** True for a relative specifier of a JavaScript file that names no file as it stands. */
export function isMissing(specifier: string, importer: string): boolean {
  return /^\.{1,2}\//.test(specifier) && !isFile(path.resolve(path.dirname(importer), specifier));
}

/** File that a path without certain extension means. */
export function probe(target: string, specifier: string): string | undefined {
  const directoryOnly =
    /(?:^|\/)\.{0,2}\/?$/.test(specifier) &&
    !/[^./]/.test(specifier.slice(specifier.lastIndexOf('/', specifier.length - 2)));
  if (!directoryOnly && !specifier.endsWith('/')) {
    const extension = path.extname(target);
    const meant = MEANT[extension];
    if (meant !== undefined) {
      const stem = target.slice(0, -extension.length);
      for (const candidate of meant) if (isFile(stem + candidate)) return stem + candidate;
    } else if (extension !== '' && isFile(target)) return target;
    for (const candidate of IMPLIED) if (isFile(target + candidate)) return target + candidate;
  }
  if (isDirectory(target)) {
    for (const candidate of IMPLIED) {
      const index = path.join(target, `index${candidate}`);
      if (isFile(index)) return index;
    }
  }
  return undefined;
}

function isFile(file: string): boolean {
  return statSync(file, { throwIfNoEntry: false })?.isFile() ?? false;
}

function isDirectory(file: string): boolean {
  return statSync(file, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
