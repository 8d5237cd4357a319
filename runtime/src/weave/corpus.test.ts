/** Real packages: what parses bare parses woven, on the same lines, and weaving is a function of the text. */
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { parse as acornParse } from 'acorn';
import { describe, expect, it } from 'vitest';
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

describe.each([
  'acorn',
  'commander',
  'yaml',
  'eslint',
  'prettier',
  'vite',
  'chai',
  'rollup',
  'zod',
  'minimatch',
  'semver',
  'ajv',
  'espree',
])('%s', (name) => {
  it('parses woven, line by line', () => {
    let count = 0;
    let files: string[] = [];
    try {
      files = [...sources(join(modules, name))];
    } catch {
      return; // not a dependency at present
    }
    for (const file of files) {
      const code = readFileSync(file, 'utf8');
      if (code.length > 400_000 || ++count > 150) continue;
      const sourceType = parses(code, 'commonjs') ? 'commonjs' : 'module';
      if (!parses(code, sourceType)) continue;
      const input = { code, sourceType, classPrefix: 'a.b', options } as const;
      const woven = weave(input);
      if (!parses(woven.code, sourceType)) {
        try {
          acornParse(woven.code, { ecmaVersion: 'latest', allowHashBang: true, sourceType });
        } catch (error) {
          const { pos, message } = error as { pos: number; message: string };
          throw new Error(
            `${file}: ${message}\n${woven.code.slice(Math.max(0, pos - 300), pos)}<HERE>${woven.code.slice(pos, pos + 200)}`,
          );
        }
      }
      expect(woven.code.split('\n').length, file).toBe(code.split('\n').length);
      expect(weave(input).code).toBe(woven.code);
      let at = 0;
      let back = '';
      let from = 0;
      for (const edit of woven.edits) {
        expect(edit.start).toBeGreaterThanOrEqual(at);
        at = edit.end;
        expect(edit.text).not.toContain('\n');
        back += code.slice(from, edit.start) + edit.text;
        from = edit.end;
      }
      expect(back + code.slice(from)).toBe(woven.code);
      woven.literalOffsets.forEach((offset) => expect(woven.code.slice(offset - 2, offset + 6)).toBe('0x000000'));
    }
  });
});
