/** The files or queue directories that a template with `{pid}` and `{n}` has produced, in the order of their making. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** @param template absolute, `file:` or `.palrec`; placeholders in the last segment, or in a folder above it */
export function findRecordings(template: string): readonly string[] {
  const path = template.replace(/^file:/, '');
  return expand(path)
    .map((found) => ({ found, made: statSync(found).birthtimeMs }))
    .sort((a, b) => a.made - b.made || (a.found < b.found ? -1 : 1))
    .map(({ found }) => found);
}

function expand(path: string): string[] {
  if (!path.includes('{')) return existsSync(path) ? [path] : [];
  const pattern = new RegExp(
    `^${basename(path)
      .split(/\{(?:pid|n)\}/)
      .map(literal)
      .join('\\d+')}$`,
  );
  const parents = expand(dirname(path));
  return parents.flatMap((parent) =>
    namesIn(parent)
      .filter((name) => pattern.test(name))
      .map((name) => join(parent, name)),
  );
}

const literal = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
const namesIn = (folder: string): string[] => (statSync(folder).isDirectory() ? readdirSync(folder) : []);
