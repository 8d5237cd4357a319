/**
 * What `pal log index` prints (command specification 9.4), line for line as PAL does.
 *
 * Deliberately absent: printing. Lines come without line ends.
 */
import { signatureOf, type WalEntry } from './walEntry';
import type { WalIndexSummary } from './walIndex';

/** One line of `log index -v`. A blank line follows the last one. */
export function formatIndexEntry(entry: WalEntry): string {
  const marker = entry.entryPoint ? ' [ENTRY_POINT]' : '';
  return `[${String(entry.index)}] ${entry.kind}${marker} ${entry.threadName} ${signatureOf(entry)}`;
}

/** The lines that sum the log up. */
export function formatIndexSummary(summary: WalIndexSummary): string[] {
  const lines = [
    'WAL Index Summary',
    `  Entries:       ${summary.entries}`,
    `  Operations:    ${summary.operations}`,
    `  Completions:   ${summary.completions}`,
    `  Entry points:  ${summary.entryPoints}`,
    `  Pairs:         ${summary.pairs}`,
    `  Threads:       [${summary.threads.join(', ')}]`,
    `  Input threads: [${summary.inputThreads.join(', ')}]`,
    `  Issues:        ${summary.issues.length}`,
  ];
  if (summary.issues.length > 0) lines.push('', 'Structural Issues:', ...summary.issues.map((issue) => `  - ${issue}`));
  return lines;
}
