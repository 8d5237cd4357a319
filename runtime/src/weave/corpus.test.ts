/** Real packages: what parses bare parses woven, on the same lines, and weaving is a function of the text. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { parse as acornParse } from 'acorn';
import { describe, expect, it } from 'vitest';
import type { WeaveEdit } from './weave';
import { weave } from './weaveModule';

const modules = join(dirname(createRequire(import.meta.url).resolve('acorn/package.json')), '..');
const options = { calls: true, fieldReads: true, fieldWrites: true, builtins: true };

function* sources(folder: string, depth = 0): Generator<string> {
  if (depth > 4) return;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* sources(path, depth + 1);
    else if (/\.[cm]?js$/.test(entry.name)) yield path;
  }
}

function parses(code: string, sourceType: 'module' | 'commonjs'): boolean {
  try {
    acornParse(code, { ecmaVersion: 'latest', allowHashBang: true, sourceType });
    return true;
  } catch {
    return false;
  }
}

/** Throws with the place when woven text does not parse. */
function mustParse(file: string, code: string, sourceType: 'module' | 'commonjs'): void {
  try {
    acornParse(code, { ecmaVersion: 'latest', allowHashBang: true, sourceType });
  } catch (error) {
    const { pos, message } = error as { pos: number; message: string };
    const near = `${code.slice(Math.max(0, pos - 300), pos)}<HERE>${code.slice(pos, pos + 200)}`;
    throw new Error(`${file}: ${message}\n${near}`, { cause: error });
  }
}

/** The input with the edits applied by hand. */
function applied(code: string, edits: readonly WeaveEdit[]): string {
  let out = '';
  let from = 0;
  for (const { start, end, text } of edits) {
    if (start < from || end < start || text.includes('\n')) throw new Error(`bad edit at ${start}: ${text}`);
    out += code.slice(from, start) + text;
    from = end;
  }
  return out + code.slice(from);
}

const PACKAGES = [
  'acorn',
  'commander',
  'yaml',
  'eslint',
  'prettier',
  'vite',
  'chai',
  'zod',
  'minimatch',
  'semver',
  'ajv',
  'espree',
];
const present = PACKAGES.filter((name) => existsSync(join(modules, name)));

describe.each(present)('%s', (name) => {
  it('parses woven, line by line', { timeout: 60_000 }, () => {
    let count = 0;
    for (const file of sources(join(modules, name))) {
      const code = readFileSync(file, 'utf8');
      if (code.length > 200_000 || count >= 60) continue;
      const sourceType = parses(code, 'commonjs') ? 'commonjs' : 'module';
      if (!parses(code, sourceType)) continue;
      count++;
      const input = { code, sourceType, classPrefix: 'a.b', options } as const;
      const woven = weave(input);
      mustParse(file, woven.code, sourceType);
      expect(woven.code.split('\n').length, file).toBe(code.split('\n').length);
      expect(weave(input).code === woven.code, file).toBe(true);
      expect(applied(code, woven.edits) === woven.code, file).toBe(true);
      const literals = [...woven.literalOffsets].filter(
        (offset) => woven.code.slice(offset - 2, offset + 6) !== '0x000000',
      );
      expect(literals, file).toEqual([]);
    }
    expect(count).toBeGreaterThan(0);
  });
});
