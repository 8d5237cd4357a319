import { describe, expect, it } from 'vitest';
import { palExecArguments, recordingTemplate } from './commandLine';
import { readProject, testCommand } from './project';
import { isTestFile, runLenses } from './runLenses';

describe('a package.json', () => {
  it('names scripts, entries and the test runner', () => {
    const project = readProject(
      JSON.stringify({
        main: './dist/index.js',
        bin: { shop: 'bin/shop.mjs' },
        scripts: { start: 'node --enable-source-maps src/server.ts', test: 'vitest run' },
        devDependencies: { vitest: '4' },
      }),
    );
    expect(project).toEqual({
      scripts: [
        { name: 'start', command: 'node --enable-source-maps src/server.ts' },
        { name: 'test', command: 'vitest run' },
      ],
      testRunner: 'vitest',
      entries: ['dist/index.js', 'bin/shop.mjs', 'src/server.ts'],
    });
  });

  it('that is being edited gives what can be read', () => {
    expect(readProject('{ "scripts": ')).toEqual({ scripts: [], testRunner: 'node', entries: [] });
    expect(readProject('{"scripts": 3, "dependencies": null}').scripts).toEqual([]);
  });
});

describe('test commands', () => {
  it('run a file, or one test of it by its exact name', () => {
    expect(testCommand('vitest', 'a.test.ts', undefined)).toEqual(['npx', 'vitest', 'run', 'a.test.ts']);
    expect(testCommand('jest', 'a.test.ts', 'adds (2)')).toEqual(['npx', 'jest', 'a.test.ts', '-t', 'adds \\(2\\)']);
    expect(testCommand('mocha', 'a.js', 'x (y)')).toEqual(['npx', 'mocha', 'a.js', '-f', 'x (y)']);
    expect(testCommand('node', 'a.js', 'x')).toEqual(['node', '--test', '--test-name-pattern', 'x', 'a.js']);
  });

  it('are recorded one file per process', () => {
    const wal = recordingTemplate('/w/.pal', 'vitest run', new Date(2026, 0, 2, 3, 4, 5));
    expect(wal).toBe('/w/.pal/vitest-run-20260102-030405-{pid}.palrec');
    expect(palExecArguments({ command: ['npm', 'test'], wal, options: ['--durable'] })).toEqual([
      ...['exec', '--durable', '--wal', wal],
      ...['--', 'npm', 'test'],
    ]);
  });
});

describe('lenses', () => {
  it('stand above entries and scripts with a shebang, not above other files', () => {
    expect(runLenses('/w/src/app.ts', 'x', true)).toEqual([{ line: 0, test: undefined }]);
    expect(runLenses('/w/bin/x.mjs', '#!/usr/bin/env node\n', false)).toHaveLength(1);
    expect(runLenses('/w/src/util.ts', "it('is no test', () => {});", false)).toEqual([]);
  });

  it('stand above each test of a test file', () => {
    const text = [
      "describe('basket', () => {",
      '  it("adds \\"one\\"", () => {});',
      '  test.only(`sums`, () => {});',
      '  it(`sums ${n}`, () => {});',
      "  // it('not this', () => {});",
      '});',
    ].join('\n');
    expect(runLenses('/w/src/basket.test.ts', text, false)).toEqual([
      { line: 0, test: undefined },
      { line: 0, test: 'basket' },
      { line: 1, test: 'adds "one"' },
      { line: 2, test: 'sums' },
    ]);
  });

  it('know test files by their usual places', () => {
    expect(['/w/a.spec.tsx', '/w/test/a.js', 'C:\\w\\__tests__\\a.ts'].map(isTestFile)).toEqual([true, true, true]);
    expect(['/w/src/testing.ts', '/w/latest/a.ts'].map(isTestFile)).toEqual([false, false]);
  });
});
