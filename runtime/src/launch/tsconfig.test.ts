import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { testFolder } from './testFolder.testUtil';
import { probe, resolveTypeScript } from './typeScriptResolution';
import { aliasTargets, parseJsonc, typeScriptOptionsFor } from './tsconfig';

describe('tsconfig', () => {
  const root = testFolder({
    'base/tsconfig.base.json': `{ // comment
      "compilerOptions": { "paths": { "@lib/*": ["./lib/*"], "exact": ["./one.ts"], "@lib/deep/*": ["./deep/*"], }, "strict": true, "url": "http://x/*y", },
    }`,
    'app/tsconfig.json':
      '{ "extends": ["../base/tsconfig.base"], "compilerOptions": { "target": "ES2017", "jsx": "react", "jsxFactory": "h" } }',
    'app/src/a.ts': '',
    'plain/a.ts': '',
    'pkg/node_modules/shared/tsconfig.json': '{ "compilerOptions": { "experimentalDecorators": true } }',
    'pkg/tsconfig.json':
      '{ "extends": "shared/tsconfig.json", "compilerOptions": { "verbatimModuleSyntax": true, "baseUrl": "./src" } }',
    'loop/tsconfig.json': '{ "extends": "./tsconfig.json", "compilerOptions": { "jsx": "react-jsxdev" } }',
  });

  it('merges extended files; paths belong to the file that names them', () => {
    const options = typeScriptOptionsFor(path.join(root, 'app/src/a.ts'));
    expect(options).toMatchObject({
      jsx: 'classic',
      jsxFactory: 'h',
      strictNullChecks: true,
      useDefineForClassFields: false,
    });
    expect(aliasTargets(options, '@lib/x/y')).toEqual([path.join(root, 'base/lib/x/y')]);
    expect(aliasTargets(options, '@lib/deep/y')).toEqual([path.join(root, 'base/deep/y')]);
    expect(aliasTargets(options, 'exact')).toEqual([path.join(root, 'base/one.ts')]);
    expect(aliasTargets(options, 'exactly')).toEqual([]);
    expect(aliasTargets(options, './exact')).toEqual([]);
    expect(aliasTargets(options, 'node:fs')).toEqual([]);
  });

  it('has defaults where there is no tsconfig.json', () => {
    expect(typeScriptOptionsFor(path.join(root, 'plain/a.ts'))).toMatchObject({
      file: undefined,
      jsx: 'automatic',
      experimentalDecorators: false,
      useDefineForClassFields: true,
      keepUnusedImports: false,
    });
  });

  it('finds packages that are extended', () => {
    const options = typeScriptOptionsFor(path.join(root, 'pkg/src/x.ts'));
    expect(options).toMatchObject({ experimentalDecorators: true, keepUnusedImports: true });
    expect(aliasTargets(options, 'utils/x')).toEqual([path.join(root, 'pkg/src/utils/x')]);
  });

  it('survives a file that extends itself', () => {
    expect(typeScriptOptionsFor(path.join(root, 'loop/x.tsx')).jsxDevelopment).toBe(true);
  });

  it('reads comments and trailing commas, and leaves them alone in text', () => {
    expect(parseJsonc('\ufeff{ "a": "/* no */ // no, ]", /* yes */ "b": [1, 2,], // end\n }')).toEqual({
      a: '/* no */ // no, ]',
      b: [1, 2],
    });
    expect(parseJsonc('{ broken')).toEqual({});
  });
});

describe('resolution', () => {
  const root = testFolder({
    'main.ts': '', 'a.ts': '', 'b.js': '', 'b.ts': '', 'c.mts': '', 'd.cts': '', 'e.tsx': '', 'only.js': '', 'data.json': '{}', 'x.y.ts': '',
    'dir/index.ts': '', 'jsdir/index.js': '', 'index.ts': '', 'sub/inner.ts': '',
  }); // prettier-ignore
  const from = (specifier: string, importer = 'main.ts'): string | undefined => {
    const found = resolveTypeScript(specifier, path.join(root, importer));
    return found === undefined ? undefined : path.relative(root, found);
  };

  it.each([
    ['./a', 'a.ts'], ['./a.js', 'a.ts'], ['./a.ts', 'a.ts'], ['./b.js', 'b.ts'], ['./c.mjs', 'c.mts'], ['./d.cjs', 'd.cts'], ['./e.jsx', 'e.tsx'],
    ['./only.js', 'only.js'], ['./only', 'only.js'], ['./data.json', 'data.json'], ['./x.y', 'x.y.ts'], ['./dir', 'dir/index.ts'], ['./dir/', 'dir/index.ts'],
    ['./jsdir', 'jsdir/index.js'], ['.', 'index.ts'], ['./', 'index.ts'], ['./none', undefined], ['./none.js', undefined], ['express', undefined],
  ])('%s is %s', (specifier, expected) => {
    expect(from(specifier)).toBe(expected?.replaceAll('/', path.sep));
  }); // prettier-ignore

  it('resolves the parent directory', () => {
    expect(from('..', 'sub/inner.ts')).toBe('index.ts');
    expect(from('../a', 'sub/inner.ts')).toBe('a.ts');
  });

  it('finds nothing for a path without a file', () => {
    expect(probe(path.join(root, 'nope'), './nope')).toBeUndefined();
  });
});
