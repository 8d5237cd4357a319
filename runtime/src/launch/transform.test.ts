import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Script } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { testFolder } from './testFolder.testUtil';
import { TRANSFORM_VERSION, transformSource } from './transform';
import { typeScriptOptionsFor } from './tsconfig';

const root = testFolder({ 'package.json': '{}', 'esm/package.json': '{"type":"module"}', 'cjs/package.json': '{"type":"commonjs"}', 'old/tsconfig.json': '{"compilerOptions":{"target":"es2018","experimentalDecorators":true,"emitDecoratorMetadata":true}}' }); // prettier-ignore
const run = (name: string, source: string): { code: string; format: string } => {
  const file = path.join(root, name);
  return transformSource(file, source, typeScriptOptionsFor(file));
};

describe('TypeScript', () => {
  it.each([
    ['a.ts', 'export const a: number = 1;', 'commonjs'],
    ['a.ts', 'export const a: number = 1; await a;\nconst b = await import("x");', 'module'],
    ['a.ts', 'console.log(import.meta.url)', 'module'],
    ['a.ts', 'const x: number = 1', 'commonjs'],
    ['esm/a.ts', 'const x: number = 1', 'module'],
    ['cjs/a.ts', 'import fs from "fs"; fs.x()', 'commonjs'],
    ['cjs/a.mts', 'export const a = 1', 'module'],
    ['esm/a.cts', 'export const a = 1', 'commonjs'],
  ])('%s with %j is %s', (name, source, format) => {
    const result = run(name, source);
    expect(result.format).toBe(format);
    if (format === 'commonjs') expect(result.code).not.toMatch(/^\s*(?:import|export)\s/m);
  });

  it('keeps import() native in CommonJS', () => {
    expect(run('a.ts', 'export const later = () => import("./x.mjs")').code).toContain('import("./x.mjs")');
  });

  it('defines or assigns class fields as the target says', () => {
    const source = 'export class A { x = 1; y!: number; }';
    expect(run('esm/a.ts', source).code).toMatch(/x = 1;\s+y;/);
    const assigned = run('old/a.mts', source).code;
    expect(assigned).toMatch(/this\.x = 1/);
    expect(assigned).not.toMatch(/\by\b/);
  });

  it('compiles decorators of both kinds and accessor fields, and takes no comment for one', () => {
    const legacy = run('old/b.mts', 'declare const d: any; @d class A { @d m(p: string) {} } new A()').code;
    expect(legacy).toContain('design:paramtypes');
    const standard = run('esm/b.ts', 'declare const d: any; @d class A { @d m() {} accessor z = 1 } new A()').code;
    expect(() => new Script(standard)).not.toThrow();
    expect(run('esm/c.ts', '/**\n * @param a\n @foo */\nexport function f(a: string) { return a; }').code).toContain(
      'function f(a)',
    );
  });

  it('names the place of a mistake', () => {
    expect(() => run('esm/d.ts', 'const a = 1;\nlet b: = 2;')).toThrow(SyntaxError);
    try {
      run('esm/d.ts', 'const a = 1;\nlet b: = 2;');
    } catch (error) {
      expect((error as Error).stack).toMatch(/d\.ts:2\nlet b: = 2;\n {7}\^\n\nSyntaxError: /);
    }
  });

  it('has the versions of the compilers in its name', () => {
    const manifest = JSON.parse(readFileSync(path.join(import.meta.dirname, '../../package.json'), 'utf8')) as {
      dependencies: Record<string, string>;
    };
    expect(TRANSFORM_VERSION).toBe(
      `oxc-${manifest.dependencies['oxc-transform']!} swc-${manifest.dependencies['@swc/core']!}`,
    );
  });
});
