/** The run configuration of `pal run PROGRAM` without flags, for tests and benchmarks that start a peer without the command. */
import { DEFAULT_SCOPE } from '../runtime/src/scope/scopeConfig';
import type { RunConfig } from '../runtime/src/peer/runConfig';

export function plainRunConfig(change: Partial<RunConfig>): RunConfig {
  return {
    version: 1,
    mode: 'run',
    uuid: undefined,
    name: undefined,
    wal: undefined,
    durable: false,
    tcpPub: undefined,
    directory: 'local',
    scope: DEFAULT_SCOPE,
    values: { mode: 'deep', depth: 2, members: 32, bytes: 1024 },
    sourceContext: false,
    asyncCompletions: 'settle',
    asService: false,
    ready: 'none',
    rollCycle: 'TEN_MINUTELY',
    walIncomingCli: true,
    main: undefined,
    args: [],
    ...change,
  };
}
