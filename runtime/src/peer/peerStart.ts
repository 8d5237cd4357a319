/**
 * Brings a peer up, in PAL's order: directory, log, services (PUB), registration. Each step that fails undoes the ones before it and becomes a
 * `PalError` with PAL's exit code; nothing is left behind and nothing waits for ever.
 */
import { existsSync } from 'node:fs';
import type { Directory, PeerRecord, PeerRegistration } from '../directory/directory';
import { openDirectory } from '../directory/openDirectory';
import { checkPeerName } from '../directory/peerNames';
import { PalError } from '../errors';
import type { RecordingHeader } from '../log/log';
import { StreamSink } from '../pub/streamSink';
import type { HostStart } from './hostMessages';
import { openLogSink, type LogSink } from './logSink';
import type { PeerMemory } from './peerControl';

/** PAL's exit codes for a peer that cannot start. */
const REGISTERING_SELF = 3;
const INITIALIZING_LOGS = 7;
const SERVICE_FAILED = 8;
const UNREACHABLE_DIRECTORY = 14;

/** Attempts to find a free name for a log of an `exec` process. */
const MAX_TEMPLATE_NUMBER = 100_000;

export interface StartedPeer {
  readonly log: LogSink | undefined;
  readonly stream: StreamSink | undefined;
  readonly name: string | undefined;
  /** As in the directory: `tcp://localhost:PORT`. */
  readonly pub: string | undefined;
  /** Removes the directory entry. */
  unregister(): Promise<void>;
}

export async function startPeer(start: HostStart, memory: PeerMemory): Promise<StartedPeer> {
  const { config } = start;
  const undo: (() => void | Promise<void>)[] = [];
  try {
    const directory = await preflight(start);
    if (directory !== undefined) undo.push(() => directory.close());
    const log = config.wal === undefined ? undefined : await openLog(config.wal, start, memory);
    if (log !== undefined) undo.push(() => log.discard());
    const stream = config.tcpPub === undefined ? undefined : await openStream(config.tcpPub, start, memory);
    if (stream !== undefined) undo.push(() => stream.close());
    const registration = directory === undefined ? undefined : await register(directory, start, log, stream);
    return {
      log,
      stream,
      name: registration?.name,
      pub: stream?.registeredAs,
      unregister: async () => {
        await registration?.entry.unregister();
        await directory?.close();
      },
    };
  } catch (error) {
    for (const step of undo.reverse()) await step();
    throw error;
  }
}

async function preflight({ config }: HostStart): Promise<Directory | undefined> {
  const directory = await failing('PAL directory unreachable', UNREACHABLE_DIRECTORY, () =>
    Promise.resolve(openDirectory(config.directory)),
  );
  if (directory === undefined || config.name === undefined) return directory;
  checkPeerName(config.name);
  // The claim below decides; asking first spares the loser a log that it would not write.
  const holder = await failing('PAL directory unreachable', UNREACHABLE_DIRECTORY, () =>
    directory.findPeer(config.name!),
  );
  if (holder?.alive === true && holder.name === config.name && config.mode === 'run') {
    throw new PalError(
      'duplicate-peer-name',
      `Error registering self as peer: DuplicatePeerNameException: the peer name '${config.name}' is taken by the live peer ${holder.uuid}: choose another with -n, or stop that peer`,
      { exitCode: REGISTERING_SELF, data: { name: config.name, holder: holder.uuid } },
    );
  }
  return directory;
}

async function openLog(wal: string, start: HostStart, memory: PeerMemory): Promise<LogSink> {
  const { config } = start;
  const options = {
    header: recordingHeader(start),
    uuid: start.uuid,
    rollCycle: config.rollCycle,
    sourceContext: config.sourceContext,
    memory,
  };
  return failing('Error initializing Source/Write-Ahead logs', INITIALIZING_LOGS, async () => {
    for (let n = 1; ; n++) {
      const name = wal.replaceAll('{pid}', String(process.pid)).replaceAll('{n}', String(n));
      // A queue that exists would be continued; numbered logs are new ones.
      if (wal.includes('{n}') && name.startsWith('file:') && existsSync(name.slice('file:'.length))) continue;
      try {
        return await openLogSink(name, options);
      } catch (error) {
        const taken = PalError.is(error) && (error.data['reason'] === 'exists' || error.code === 'locked');
        if (!taken || !wal.includes('{n}') || n >= MAX_TEMPLATE_NUMBER) throw error;
      }
    }
  });
}

async function openStream(endpoint: string, start: HostStart, memory: PeerMemory): Promise<StreamSink> {
  const { sourceContext } = start.config;
  return failing('Error starting service', SERVICE_FAILED, () =>
    StreamSink.bind(endpoint, start.uuid, { sourceContext }, memory),
  );
}

async function register(
  directory: Directory,
  start: HostStart,
  log: LogSink | undefined,
  stream: StreamSink | undefined,
): Promise<{ readonly entry: PeerRegistration; readonly name: string | undefined }> {
  const { config } = start;
  const ctimeMillis = Date.now();
  const logRecord =
    log === undefined
      ? undefined
      : await failing('Error registering logs used by self', 4, () =>
          directory.registerLog({ name: log.path, kind: log.kind, ctimeMillis, kafkaServers: undefined }),
        );
  const record: PeerRecord = {
    uuid: start.uuid,
    name: config.name?.replaceAll('{pid}', String(process.pid)),
    ctimeMillis,
    zmqRpc: undefined,
    jsonRpc: undefined,
    pub: stream?.registeredAs,
    jmx: undefined,
    alive: true,
    sourceLog: undefined,
    walLog: logRecord?.uuid,
    runtime: `node ${process.versions.node}`,
    pid: process.pid,
    main: config.main,
    cwd: process.cwd(),
  };
  return failing('Error registering self as peer', REGISTERING_SELF, async () => {
    try {
      return { entry: await directory.registerPeer(record), name: record.name };
    } catch (error) {
      // Of the processes of one `pal exec` only one can have the name; the others stay without.
      if (config.mode !== 'exec' || !PalError.is(error, 'duplicate-peer-name')) throw error;
      return { entry: await directory.registerPeer({ ...record, name: undefined }), name: undefined };
    }
  });
}

function recordingHeader({ config, uuid, runtime }: HostStart): RecordingHeader {
  const { mode, depth } = config.values;
  return {
    format: 1,
    peerUuid: uuid,
    peerName: config.name,
    main: config.main,
    args: config.args,
    cwd: process.cwd(),
    startedAt: new Date().toISOString(),
    runtime,
    scope: config.scope,
    values: mode === 'deep' ? `deep:${depth}` : mode,
  };
}

/** Puts PAL's text for the step in front, and its exit code on the error. */
async function failing<T>(text: string, exitCode: number, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!PalError.is(error)) throw new PalError('internal', `${text}: ${String(error)}`, { cause: error, exitCode });
    const message = error.message.startsWith(text) ? error.message : `${text}: ${error.message}`;
    throw new PalError(error.code, message, { cause: error, data: error.data, exitCode });
  }
}
