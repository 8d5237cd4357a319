/**
 * Boundaries between the packages, checked by walking every import: what may depend on what, no cycles between files of different packages, no
 * barrels. Lint says the same while typing; this test also sees dynamic imports and `require`.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

const root = path.resolve(import.meta.dirname, '..');
type PackageName = 'runtime' | 'server' | 'client';
const packages: readonly PackageName[] = ['runtime', 'server', 'client'];

interface Import {
  readonly file: string;
  readonly request: string;
  readonly typeOnly: boolean;
}

const importPattern =
  /^\s*(import|export)\s+(type\s+)?(?:[^'";]*?\s+from\s+)?['"]([^'"]+)['"]|\bimport\(\s*(?:\/\*.*?\*\/\s*)?['"]([^'"]+)['"]\s*\)|\brequire\(\s*['"]([^'"]+)['"]\s*\)/gms;

function sourceFiles(name: PackageName): readonly string[] {
  const folder = path.join(root, name, 'src');
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.[cm]?tsx?$/.test(file))
    .map((file) => path.join(folder, file));
}

function importsOf(file: string): readonly Import[] {
  return [...readFileSync(file, 'utf8').matchAll(importPattern)].map((match) => {
    const [whole, , type, fromStatement, fromCall, fromRequire] = match;
    const named = /\{([^}]*)\}/.exec(whole)?.[1];
    const allTypes =
      named !== undefined &&
      /^\s*import\s*\{/.test(whole) &&
      named.split(',').every((n) => n.trim() === '' || /^\s*type\s/.test(n));
    return {
      file: path.relative(root, file),
      request: (fromStatement ?? fromCall ?? fromRequire)!,
      typeOnly: type !== undefined || allTypes,
    };
  });
}

/** Package that a request leads into; undefined for libraries. */
function packageOf({ file, request }: Import): PackageName | undefined {
  const named = /^pal-(runtime|server|client)(?:\/|$)/.exec(request)?.[1];
  if (named !== undefined) return named as PackageName;
  if (!request.startsWith('.')) return undefined;
  const target = path.relative(root, path.resolve(root, path.dirname(file), request));
  return packages.find((name) => target.startsWith(name + path.sep));
}

const all = new Map(packages.map((name) => [name, sourceFiles(name).flatMap(importsOf)]));
const show = ({ file, request }: Import): string => `${file} → ${request}`;
const offenders = (name: PackageName, isWrong: (found: Import) => boolean): readonly string[] =>
  all.get(name)!.filter(isWrong).map(show);

const isEditor = ({ request }: Import): boolean =>
  /^(?:vscode|vscode-.*|@vscode\/.*)$/.test(request.split('/')[0]!) || request.startsWith('@vscode/');

describe('the walk', () => {
  it('sees the imports of every package', () => {
    for (const name of packages) expect(all.get(name)!.length).toBeGreaterThan(5);
    expect(all.get('client')!.some(({ request }) => request === 'vscode')).toBe(true);
    expect(all.get('client')!.some(({ request }) => request === './languageClient')).toBe(true);
  });
});

describe('boundaries', () => {
  it('runtime knows neither VS Code nor the language and debug protocols, and no other package', () => {
    expect(offenders('runtime', isEditor)).toEqual([]);
    expect(offenders('runtime', (found) => ![undefined, 'runtime'].includes(packageOf(found)))).toEqual([]);
  });

  it('server runs without VS Code, and depends on runtime only', () => {
    expect(
      offenders('server', ({ request }) => request === 'vscode' || request.startsWith('vscode-languageclient')),
    ).toEqual([]);
    expect(offenders('server', (found) => packageOf(found) === 'client')).toEqual([]);
  });

  it('client takes nothing but types of the protocol from server', () => {
    const intoServer = (found: Import): boolean => packageOf(found) === 'server';
    expect(offenders('client', (found) => intoServer(found) && found.request !== 'pal-server/protocol')).toEqual([]);
    expect(offenders('client', (found) => intoServer(found) && !found.typeOnly)).toEqual([]);
  });

  it('packages reach each other by name, not by path', () => {
    for (const name of packages) {
      const byPath = (found: Import): boolean => found.request.startsWith('.') && packageOf(found) !== name;
      expect(offenders(name, byPath)).toEqual([]);
    }
  });

  it('core code of the client runs without VS Code', () => {
    const inCore = ({ file }: Import): boolean => file.startsWith(path.join('client', 'src', 'core') + path.sep);
    expect(offenders('client', (found) => inCore(found) && isEditor(found))).toEqual([]);
    const outwards = /^(?:\.\.\/)+(?:platform|features)\//;
    expect(offenders('client', (found) => inCore(found) && outwards.test(found.request))).toEqual([]);
  });

  it('extension.ts stays small', () => {
    const lines = readFileSync(path.join(root, 'client/src/extension.ts'), 'utf8').split('\n').length;
    expect(lines).toBeLessThanOrEqual(120);
  });

  it('there are no barrels', () => {
    const barrels = packages.flatMap(sourceFiles).filter((file) => /(?:^|[\\/])index\.[cm]?tsx?$/.test(file));
    expect(barrels.map((file) => path.relative(root, file))).toEqual([]);
  });

  it('package.json of each package names the packages it imports, and no other', () => {
    for (const name of packages) {
      const manifest = JSON.parse(readFileSync(path.join(root, name, 'package.json'), 'utf8')) as {
        dependencies?: Record<string, string>;
      };
      const declared = Object.keys(manifest.dependencies ?? {}).filter((dependency) => dependency.startsWith('pal-'));
      const used = new Set(all.get(name)!.flatMap((found) => packageOf(found) ?? []));
      used.delete(name);
      expect(declared.sort()).toEqual([...used].map((other) => `pal-${other}`).sort());
    }
  });
});

describe('imports inside a package', () => {
  it('lead to files that exist', () => {
    const missing = [...all.values()].flat().filter(({ file, request }) => {
      // Tests hold programs as text, whose imports lead elsewhere.
      if (!request.startsWith('.') || file.endsWith('.test.ts')) return false;
      const target = path.resolve(root, path.dirname(file), request);
      return !['', '.ts', '.js', '.json', '.mts'].some((extension) => existsSync(target + extension));
    });
    expect(missing.map(show)).toEqual([]);
  });
});
