/** `pal run`: checks, builds the peer's configuration, starts the program and ends as it ends. */
import type { CommandSpec } from '../commandSpec';
import { describeRecording } from '../log/recordingSummary';
import { launchPeer, makeFolderFor } from './launchPeer';
import { planRun } from './runConfigBuilder';
import { runOptions } from './runOptions';

export const runCommand: CommandSpec = {
  path: ['run'],
  summary: 'Run a JavaScript or TypeScript program as a new peer',
  synopsis: ['[OPTIONS] app.ts [args...]', '[OPTIONS] app.ts -- [args that look like options...]'],
  positionals: [
    { label: 'app.ts', description: 'Program to run: TypeScript, JSX or JavaScript, ES module or CommonJS' },
    {
      label: 'args...',
      description: 'Arguments of the program; write -- before those that start with a dash',
      variadic: true,
    },
  ],
  options: runOptions,
  notes: [
    'Without a WAL and without --tcp-pub the program runs as it is and nothing is recorded. The program keeps its own standard streams, signals and exit code.',
  ],
  examples: [
    { command: 'pal run --record app.ts', explanation: 'record a program to pal-recordings/' },
    {
      command: 'pal run -w app.palrec app.ts -- --port 3000',
      explanation: 'choose the file; pass options to the program',
    },
    {
      command: 'pal run -w file:/srv/wal/orders app.ts',
      explanation: 'record to a Chronicle queue that Java PAL reads',
    },
    {
      command: 'pal run --record --scope "shop.orders.**" --scope-io app.ts',
      explanation: 'record one module and all I/O',
    },
    { command: 'pal run -n orders -p auto app.ts', explanation: "stream to subscribers: 'pal peer print orders'" },
    {
      command: 'pal run --record --durable --values deep:4 app.ts',
      explanation: 'survive SIGKILL, keep deep copies of data',
    },
  ],
  exitCodes: [
    ['n', "the program's own exit code; 128 + signal number when a signal ended it"],
    ['1', 'program, scope or properties file not found or not readable'],
    ['3', 'the peer could not be registered, for example because its name is taken'],
    ['5, 6, 7', 'a log is missing, needs Kafka, or cannot be opened'],
    ['9, 12, 13', 'a Java program; a port that is no number'],
    ['14', 'the directory cannot be reached'],
  ],
  run: async (parsed, context) => {
    const plan = planRun(parsed, context, new Date());
    for (const warning of plan.warnings) context.stderr.write(`${warning}\n`);
    await context.stderr.flush();
    if (plan.recording !== undefined) makeFolderFor(plan.recording);
    const { code, signal } = await launchPeer(plan.config, plan.program);
    if (plan.recording !== undefined) {
      context.stderr.write(`pal: ${(await describeRecording(plan.recording, context.cwd)).text}\n`);
    }
    if (signal !== undefined) context.endBy(signal);
    return code;
  },
};
