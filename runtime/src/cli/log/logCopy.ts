/** `pal log copy FROM TO`: a log into another one, also from one format to another. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { PalError } from '../../errors';
import { copyLog } from '../../log/copyLog';
import type { CommandSpec } from '../commandSpec';
import type { CommandContext } from '../context';
import { backendOf } from '../run/runValidation';
import { startProgress, type Progress } from '../terminal/progress';
import { resolveLog } from './logResolver';
import { shownPath } from './recordingSummary';

const INTERRUPTED = 130;

export const logCopy: CommandSpec = {
  path: ['log', 'copy'],
  summary: 'Copy a log into another log, of the same or another format',
  synopsis: ['[OPTIONS] FROM TO'],
  positionals: [
    { label: 'FROM', description: 'Log to read: NAME.palrec, file:DIR, or a name of the directory', required: true },
    { label: 'TO', description: 'Log to write: NAME.palrec or file:DIR; must not exist', required: true },
  ],
  options: [],
  notes: ['The messages and their offsets stay the same. An interrupted copy leaves FROM as it was.'],
  examples: [
    { command: 'pal log copy app.palrec file:/srv/wal/app', explanation: "for Java PAL's tools" },
    { command: 'pal log copy file:/srv/wal/orders orders.palrec', explanation: 'one small file to keep or send' },
  ],
  exitCodes: [
    ['1', 'FROM cannot be read, or TO exists or cannot be written'],
    ['130', 'ended by a signal; what was copied so far is removed'],
  ],
  run: async (parsed, context) => {
    const from = await resolveLog(parsed.args[0]!, parsed, context);
    const to = targetName(parsed.args[1]!, context);
    const signal = context.untilInterrupted();
    let progress: Progress | undefined;
    try {
      const count = await copyLog(from.name, to, {
        signal,
        onProgress: (done, total) => {
          progress ??= startProgress(context.stderr, 'Copying', total);
          progress.update(done);
        },
      });
      progress?.end();
      context.stdout.write(`Copied ${count} messages to ${shownPath(to.replace(/^file:/, ''), context.cwd)}\n`);
      return 0;
    } catch (error) {
      progress?.end();
      if (!signal.aborted) throw error;
      context.stderr.write('Interrupted; nothing was copied.\n');
      return INTERRUPTED;
    }
  },
};

function targetName(given: string, { cwd, env }: CommandContext): string {
  const backend = backendOf(given);
  if (backend === 'kafka') {
    throw new PalError(
      'unsupported',
      `'${given}' names no file: write to NAME.palrec or file:DIR. Kafka logs are not part of this version.`,
    );
  }
  const base = env['PAL_CHRONICLE_BASE_DIR']?.trim() ?? '';
  const path = backend === 'palrec' ? resolve(cwd, given) : resolve(cwd, base, given.slice('file:'.length));
  const taken =
    existsSync(path) && !(statSync(path).isDirectory() && backend === 'chronicle' && readdirSync(path).length === 0);
  if (taken) throw new PalError('io', `${path} exists; choose another name or remove it first ('pal log rm').`);
  return backend === 'palrec' ? path : `file:${path}`;
}
