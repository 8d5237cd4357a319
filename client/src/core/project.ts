/** What a package.json says about running its project: scripts, test runner, entry files. */
import { posix } from 'node:path';

export interface NpmScript {
  readonly name: string;
  readonly command: string;
}

export type TestRunner = 'vitest' | 'jest' | 'mocha' | 'node';

export interface Project {
  readonly scripts: readonly NpmScript[];
  readonly testRunner: TestRunner;
  /** Paths relative to the package, with `/`: what `main`, `bin` and the scripts name. */
  readonly entries: readonly string[];
}

/** Never throws: a package.json that is being edited gives what can be read of it. */
export function readProject(packageJson: string): Project {
  let value: Record<string, unknown> = {};
  try {
    value = record(JSON.parse(packageJson));
  } catch {
    // half-written: nothing is known
  }
  const scripts = Object.entries(record(value['scripts'])).flatMap(([name, command]) =>
    typeof command === 'string' ? [{ name, command }] : [],
  );
  const dependencies = { ...record(value['dependencies']), ...record(value['devDependencies']) };
  const testRunner = (['vitest', 'jest', 'mocha'] as const).find((name) => name in dependencies) ?? 'node';
  const named = [value['main'], value['bin'], ...Object.values(record(value['bin']))].filter(
    (one) => typeof one === 'string',
  );
  const inScripts = scripts.flatMap(({ command }) => command.match(/[\w@./-]+\.[cm]?[jt]sx?\b/g) ?? []);
  return { scripts, testRunner, entries: [...named, ...inScripts].map((path) => posix.normalize(path)) };
}

/** Command that runs the tests of one file, or one of them. */
export function testCommand(runner: TestRunner, file: string, name: string | undefined): readonly string[] {
  const pattern = name === undefined ? undefined : name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  switch (runner) {
    case 'vitest':
      return ['npx', 'vitest', 'run', file, ...(pattern === undefined ? [] : ['-t', pattern])];
    case 'jest':
      return ['npx', 'jest', file, ...(pattern === undefined ? [] : ['-t', pattern])];
    case 'mocha':
      return ['npx', 'mocha', file, ...(name === undefined ? [] : ['-f', name])];
    case 'node':
      return ['node', '--test', ...(pattern === undefined ? [] : ['--test-name-pattern', pattern]), file];
  }
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
