import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { WeaveEdit } from '../weave/weave';
import { wovenSegments } from './debuggerMap';
import { PlaceMap } from './placeMap';
import { encodeMappings, SourceMap } from './sourceMaps';
import { testFolder } from './testFolder.testUtil';
import { expressionAt } from './assertSource';
import { findThrow, insideFunction } from './throwSearch';
import type { Weaver } from './weaver';
import * as bundle from './weaverBundle';
import { FileWeaver } from './weaveFile';
import type { WovenFile } from './wovenFile';

const scope = {
  rules: [],
  defaultAction: 'RECORD' as const,
  packages: [],
  fieldReads: true,
  fieldWrites: true,
  builtins: true,
};

function weaverOf(root: string): { weaver: FileWeaver; loads: () => number } {
  let loads = 0;
  const handle: Weaver = { version: 'test', load: () => (loads++, bundle) };
  const settings = { weave: true, scope, cacheDirectory: path.join(root, '.cache'), projectRoot: root };
  return { weaver: new FileWeaver(settings, handle), loads: () => loads };
}

const offsetToPlace = (text: string, offset: number): { line: number; column: number } => {
  const before = text.slice(0, offset).split('\n');
  return { line: before.length, column: before.at(-1)!.length + 1 };
};

/** For each marked word of the original: where the woven text has it must map back to where it was. */
function expectPlaces(file: WovenFile, source: string, path: string, words: readonly string[]): void {
  const code = file.code(1);
  const places = new PlaceMap(code, file.details(), path);
  for (const word of words) {
    const { line, column } = offsetToPlace(code, code.indexOf(word));
    expect([word, places.toOriginal(line, column)]).toEqual([word, offsetToPlace(source, source.indexOf(word))]);
  }
}

describe('weaving a file', () => {
  const js =
    'const o = { v: 1 };\r\nfunction first(a) { return a.b + o.v; } class K { m(x) { throw new Error(x.y) } }\nfirst(o); // end';
  const ts =
    'enum E { A = 1 }\ninterface I { a: number }\nexport function second(p: I): number {\n  const local: number = p.a as number;\n  return local + E.A; }\n';
  const root = testFolder({ 'a.js': js, 'b.mts': ts, 'broken.js': 'let = = ;', 'package.json': '{"name":"unit"}' });

  it('leaves alone what a compiler added', () => {
    const folder = testFolder({
      'package.json': '{"name":"app"}',
      'tsconfig.json': '{"compilerOptions":{"experimentalDecorators":true,"target":"ES2022"}}',
    });
    const source = `import { readFileSync } from 'fs';
function log(target: object, key: string, d: PropertyDescriptor) {}
export class P { constructor(private x = 1) {} @log sum(k: number) { return k + this.x; } get twice() { return 2; } static make = () => new P(); }
export const view = async (name: string) => readFileSync(name);
export default class Q extends P { override sum(k: number) { return super.sum(k); } }
`;
    const { weaver } = weaverOf(folder);
    const file = weaver.weaveFile(path.join(folder, 'app.ts'), source, undefined)!;
    const functions = file.sites().filter(({ kind }) => kind <= 8);
    const names = new Set(functions.map(({ className, member, line }) => `${line} ${className}.${member}`));
    expect([...names].sort()).toEqual([
      '2 app.app.$module.log',
      '3 app.app.P.make',
      '3 app.app.P.new',
      '3 app.app.P.sum',
      '3 app.app.P.twice',
      '4 app.app.$module.view',
      '5 app.app.Q.new',
      '5 app.app.Q.sum',
    ]);
  });

  it('maps places of JavaScript and rebuilds its text', () => {
    const { weaver } = weaverOf(root);
    const file = weaver.weaveFile(path.join(root, 'a.js'), js, 'commonjs')!;
    expectPlaces(file, js, path.join(root, 'a.js'), [
      'const o',
      'function first',
      'class K',
      'Error(',
      'new Error',
      'first(o)',
      '// end',
    ]);
    const again = weaver.weaveFile(path.join(root, 'a.js'), js, 'commonjs')!;
    const code = again.code(7);
    const places = new PlaceMap(code, again.details(), path.join(root, 'a.js'));
    expect(places.inputText()).toBe(js);
    const start = code.indexOf('function first');
    expect(places.originalOf(code.slice(start, code.indexOf(' class K')))).toBe(
      'function first(a) { return a.b + o.v; }',
    );
    expect(places.originalOf('not there')).toBeUndefined();
  });

  it('does not load parser or compilers for what the cache has', () => {
    const first = weaverOf(root);
    first.weaver.weaveFile(path.join(root, 'b.mts'), ts, undefined);
    expect(first.loads()).toBeGreaterThan(0);
    const second = weaverOf(root);
    expect(second.weaver.weaveFile(path.join(root, 'b.mts'), ts, undefined)?.meta.format).toBe('module');
    expect(second.loads()).toBe(0);
    expect(second.weaver.weaveFile(path.join(root, 'b.mts'), `${ts}export const more = 1;`, undefined)).toBeDefined();
    expect(second.loads()).toBeGreaterThan(0);
  });

  it('gives TypeScript the places of the file on disk, in sites too', () => {
    const { weaver } = weaverOf(root);
    const file = weaver.weaveFile(path.join(root, 'b.mts'), ts, undefined)!;
    const site = file.sites().find((s) => s.member === 'second')!;
    expect(site).toMatchObject({ className: 'unit.b.$module', line: 3 });
    expect(file.meta).toMatchObject({ source: path.join(root, 'b.mts'), moduleClass: 'unit.b.$module' });
    expectPlaces(file, ts, path.join(root, 'b.mts'), ['function second', 'local +']);
  });

  it('leaves what does not parse to Node', () => {
    expect(weaverOf(root).weaver.weaveFile(path.join(root, 'broken.js'), 'let = = ;', undefined)).toBeUndefined();
  });

  it('names the original of compiled JavaScript through its own source map', () => {
    const generated = '"use strict";\nfunction f(a) { return a; }\n';
    const original = path.join(root, 'src', 'f.ts');
    const mappings = encodeMappings([[], [[0, 0, 9, 4]]]);
    const map = { version: 3, sources: ['../src/f.ts'], sourcesContent: ['// the original'], names: [], mappings };
    const comment = `//# sourceMappingURL=data:application/json;base64,${Buffer.from(JSON.stringify(map)).toString('base64')}`;
    const file = weaverOf(root).weaver.weaveFile(path.join(root, 'dist', 'f.js'), generated + comment, 'commonjs')!;
    expect(file.meta.source).toBe(original);
    expect(file.sites().find((s) => s.member === 'f')).toMatchObject({ line: 10, column: 5 });
    expect(file.code(1)).toContain(comment);
  });

  it('gives debuggers a map to the lines of the file', () => {
    const file = weaverOf(root).weaver.weaveFile(path.join(root, 'a.js'), js, 'commonjs')!;
    const code = file.code(1);
    const map = new SourceMap(encodeMappings(wovenSegments(code, file, path.join(root, 'a.js'))), ['a.js']);
    for (const word of ['function first', 'class K', 'Error(', 'first(o)']) {
      const at = offsetToPlace(code, code.indexOf(word));
      const { line, column } = offsetToPlace(js, js.indexOf(word));
      expect([word, map.trace(at.line - 1, at.column - 1)]).toEqual([
        word,
        { source: 0, line: line - 1, column: column - 1 },
      ]);
    }
  });
});

describe('edits', () => {
  it('means the given place inside inserted text, the start of the edit otherwise', () => {
    const input = 'alpha beta gamma';
    const edits: WeaveEdit[] = [
      { start: 0, end: 0, text: '<<' },
      { start: 6, end: 10, text: 'B', position: 11 },
      { start: 16, end: 16, text: '>>' },
    ];
    const details = {
      edits: edits.flatMap((e) => [e.start, e.end, e.text.length]),
      replaced: { 1: 'beta' },
      positions: { 1: 11 },
      mappings: undefined,
    };
    const places = new PlaceMap('<<alpha B gamma>>', details, '/x');
    expect(places.inputText()).toBe(input);
    expect([0, 1, 2, 7, 8, 9, 10, 15, 16].map((at) => places.toInput(at))).toEqual([0, 0, 0, 5, 11, 10, 11, 16, 16]);
  });
});

describe('search for throw statements', () => {
  const text =
    'function a() {\n  if (x) throw makeError(\n    new Error(1));\n  const late = new Error(2); late.code = 1;\n  throw late;\n}\nnope.x;';
  const at = (word: string): { line: number; column: number } => offsetToPlace(text, text.indexOf(word));

  it('finds the statement around a place, or the one that throws the variable', () => {
    expect(findThrow(text, at('new Error(1)'))).toEqual(at('throw makeError'));
    expect(findThrow(text, at('new Error(2)'))).toEqual(at('throw late'));
    expect(findThrow(text, at('nope'))).toBeUndefined();
    expect(findThrow('const a: number = 1; throw new Error("ts" as string)', { line: 1, column: 28 })).toEqual({
      line: 1,
      column: 22,
    });
  });

  it('tells functions from the top level', () => {
    expect(insideFunction(text, at('new Error(1)'))).toBe(true);
    expect(insideFunction(text, at('nope'))).toBe(false);
  });
});

describe('text that assert quotes', () => {
  it('is found as the running Node finds it', () => {
    const text = 'x();\n    assert.ok(\n      a.b === 1,\n    ); y()';
    expect(expressionAt(text, 2, 12, 20)).toBe('assert.ok(\n    a.b === 1,\n  )');
    expect(expressionAt('a(); assert.ok(a.b === f(1)); b()', 1, 13, 22)).toBe('assert.ok(a.b === f(1))');
    expect(expressionAt('assert(x)', 1, 1, 24)).toBe('assert(x)');
  });
});
