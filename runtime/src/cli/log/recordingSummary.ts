/** One line about a recording that was just written: how much it holds, where it lies, whether it is whole. */
import { isAbsolute, relative } from 'node:path';
import { openLog } from '../../log/openLog';
import { sizeText } from '../listFormat';

export interface RecordingSummary {
  readonly messages: number;
  readonly text: string;
}

/** @param name as `openLog` takes it */
export async function describeRecording(name: string, cwd: string): Promise<RecordingSummary> {
  const scheme = name.startsWith('file:') ? 'file:' : '';
  const shown = scheme + shownPath(name.slice(scheme.length), cwd);
  try {
    const reader = await openLog(name);
    try {
      const info = await reader.info();
      const messages = info.last + 1;
      const issue = info.issue === undefined ? '' : `; ${info.issue}`;
      const text = `recorded ${messages.toLocaleString('en')} messages (${sizeText(info.size)}) to ${shown}${issue}`;
      return { messages, text };
    } finally {
      await reader.close();
    }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { messages: 0, text: `no recording at ${shown} (${reason})` };
  }
}

/** Said when a program ran and none of its operations was recorded. */
export const NOTHING_RECORDED =
  "No code of yours was recorded. The scope may leave it out, or it was not loaded by Node's own module loader (vitest and other bundling runners load modules themselves).";

/** Relative where that does not climb out of the working directory. */
export function shownPath(path: string, cwd: string): string {
  const inside = relative(cwd, path);
  return inside === '' || inside.startsWith('..') || isAbsolute(inside) ? path : inside;
}
