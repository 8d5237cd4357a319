/** One line about a recording that was just written: how much it holds, where it lies, whether it is whole. */
import { isAbsolute, relative } from 'node:path';
import { openLog } from '../../log/openLog';
import { sizeText } from '../listFormat';

/** @param name as `openLog` takes it */
export async function describeRecording(name: string, cwd: string): Promise<string> {
  const scheme = name.startsWith('file:') ? 'file:' : '';
  const shown = scheme + shownPath(name.slice(scheme.length), cwd);
  try {
    const reader = await openLog(name);
    try {
      const info = await reader.info();
      const entries = (info.last + 1).toLocaleString('en');
      const issue = info.issue === undefined ? '' : `; ${info.issue}`;
      return `recorded ${entries} messages (${sizeText(info.size)}) to ${shown}${issue}`;
    } finally {
      await reader.close();
    }
  } catch (error) {
    return `no recording at ${shown} (${error instanceof Error ? error.message : String(error)})`;
  }
}

/** Relative where that does not climb out of the working directory. */
export function shownPath(path: string, cwd: string): string {
  const inside = relative(cwd, path);
  return inside === '' || inside.startsWith('..') || isAbsolute(inside) ? path : inside;
}
