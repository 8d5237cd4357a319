/**
 * Nearest package.json of a file: its directory, name and `type`, as Node's module loader looks them up.
 *
 * Invariant: a directory is read once per process; package.json files do not change under a running program.
 * Deliberately absent: `exports`, `imports`, `main` (resolution inside packages stays Node's own).
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';

export interface PackageScope {
  /** Directory of the package.json. */
  readonly directory: string;
  readonly name: string | undefined;
  readonly type: 'module' | 'commonjs' | undefined;
}

const scopes = new Map<string, PackageScope | undefined>();

/** Package scope of a file, or undefined when no package.json lies above it. */
export function packageScopeOf(filename: string): PackageScope | undefined {
  return scopeOfDirectory(path.dirname(filename));
}

function scopeOfDirectory(directory: string): PackageScope | undefined {
  if (scopes.has(directory)) return scopes.get(directory);
  let scope: PackageScope | undefined;
  if (path.basename(directory) !== 'node_modules') {
    const own = readPackage(directory);
    const parent = path.dirname(directory);
    scope = own ?? (parent === directory ? undefined : scopeOfDirectory(parent));
  }
  scopes.set(directory, scope);
  return scope;
}

function readPackage(directory: string): PackageScope | undefined {
  let text: string;
  try {
    text = readFileSync(path.join(directory, 'package.json'), 'utf8');
  } catch {
    return undefined;
  }
  let name: string | undefined;
  let type: PackageScope['type'];
  try {
    const parsed = JSON.parse(text) as { name?: unknown; type?: unknown };
    if (typeof parsed.name === 'string' && parsed.name !== '') name = parsed.name;
    if (parsed.type === 'module' || parsed.type === 'commonjs') type = parsed.type;
  } catch {
    // Node reports a broken package.json itself, with the place of the mistake.
  }
  return { directory, name, type };
}
