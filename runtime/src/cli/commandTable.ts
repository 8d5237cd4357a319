/**
 * The command tree of `pal`: names, summaries and how to load each command. Only the command that runs is loaded, so
 * that the tool starts in the time Node needs.
 */
import type { CommandSpec } from './commandSpec';
import type { CommandSummary } from './help';

export interface CommandEntry extends CommandSummary {
  readonly load: () => Promise<CommandSpec>;
}
export interface GroupEntry extends CommandSummary {
  readonly members: readonly CommandEntry[];
}

const logLs = async (): Promise<CommandSpec> => (await import('./log/logLs')).logLs;
const peerLs = async (): Promise<CommandSpec> => (await import('./peer/peerLs')).peerLs;

export const runCommands: readonly CommandEntry[] = [
  {
    path: ['run'],
    summary: 'Run a program as a new peer',
    load: async () => (await import('./run/runCommand')).runCommand,
  },
  {
    path: ['exec'],
    summary: 'Run a command; every Node process it starts becomes a peer',
    load: async () => (await import('./exec/execCommand')).execCommand,
  },
];

export const groups: readonly GroupEntry[] = [
  {
    path: ['peer'],
    summary: 'Manage peers',
    members: [
      { path: ['peer', 'ls'], summary: 'List peers', load: peerLs },
      {
        path: ['peer', 'print'],
        summary: 'Print what a peer publishes, as it happens',
        load: async () => (await import('./peer/peerPrint')).peerPrint,
      },
      {
        path: ['peer', 'rm'],
        summary: 'Remove peers from the directory',
        load: async () => (await import('./peer/peerRm')).peerRm,
      },
      {
        path: ['peer', 'prune'],
        summary: 'Remove dead peers from the directory',
        load: async () => (await import('./peer/peerPrune')).peerPrune,
      },
    ],
  },
  {
    path: ['log'],
    summary: 'Manage logs',
    members: [
      { path: ['log', 'ls'], summary: 'List logs', load: logLs },
      {
        path: ['log', 'print'],
        summary: 'Print messages from a log',
        load: async () => (await import('./log/logPrint')).logPrint,
      },
      {
        path: ['log', 'index'],
        summary: 'Index and analyze a log',
        load: async () => (await import('./log/logIndex')).logIndex,
      },
      {
        path: ['log', 'stats'],
        summary: 'Count what a log holds',
        load: async () => (await import('./log/logStatsCommand')).logStats,
      },
      {
        path: ['log', 'copy'],
        summary: 'Copy a log into another log, of the same or another format',
        load: async () => (await import('./log/logCopy')).logCopy,
      },
      {
        path: ['log', 'rm'],
        summary: 'Remove logs and their files',
        load: async () => (await import('./log/logRm')).logRm,
      },
      {
        path: ['log', 'prune'],
        summary: 'Forget logs whose files are gone',
        load: async () => (await import('./log/logPrune')).logPrune,
      },
    ],
  },
];

export const shortcuts: readonly CommandEntry[] = [
  { path: ['peers'], summary: "List peers (shorthand for 'peer ls')", load: peerLs },
  { path: ['logs'], summary: "List logs (shorthand for 'log ls')", load: logLs },
];

/** Commands of PAL 1.0 that this version does not have; naming one gets a better answer than "unmatched". */
export const laterCommands: ReadonlySet<string> = new Set([
  'replay',
  'init',
  'intercept',
  'intercepts',
  'peer call',
  'peer stats',
  'log call',
]);
