/**
 * The Node.js versions that tests run programs on. A version is found through `PAL_NODE<major>`, as the Node that runs the
 * tests, or under `.cache/nodes/<major>` where `npm run nodes` puts it. What is missing is reported, never skipped in silence.
 */
import { existsSync } from 'node:fs';
import path from 'node:path';

export interface NodeBinary {
  readonly major: number;
  readonly path: string;
}

export const SUPPORTED_MAJORS = [20, 22, 24] as const;

/** The checkout: this module may also run from a bundle under `.cache`. */
function checkout(folder: string): string {
  const parent = path.dirname(folder);
  return existsSync(path.join(folder, 'webpack.config.js')) || parent === folder ? folder : checkout(parent);
}

const root = checkout(import.meta.dirname);

/** Path of the Node binary of that major version, or undefined when it is not installed. */
export function findNode(major: number): string | undefined {
  const fromEnv = process.env[`PAL_NODE${major}`];
  if (fromEnv !== undefined && existsSync(fromEnv)) return fromEnv;
  if (Number(process.versions.node.split('.')[0]) === major) return process.execPath;
  const platform = process.platform === 'win32' ? 'win' : process.platform;
  const folder = path.join(
    root,
    '.cache',
    'nodes',
    String(major),
    'node_modules',
    `node-${platform}-${process.arch}`,
    'bin',
  );
  const binary = path.join(folder, process.platform === 'win32' ? 'node.exe' : 'node');
  return existsSync(binary) ? binary : undefined;
}

/**
 * Every supported Node that is installed.
 * @throws Error naming the missing ones when `CI` is set: continuous integration leaves none out.
 */
export function findNodes(): readonly NodeBinary[] {
  const found: NodeBinary[] = [];
  const missing: number[] = [];
  for (const major of SUPPORTED_MAJORS) {
    const binary = findNode(major);
    if (binary === undefined) missing.push(major);
    else found.push({ major, path: binary });
  }
  if (missing.length > 0) {
    const text = `Node ${missing.join(', ')} not installed: run "npm run nodes"`;
    if (process.env['CI'] !== undefined) throw new Error(text);
    process.stderr.write(`${text}; programs run on Node ${found.map((n) => n.major).join(', ')} only\n`);
  }
  return found;
}
