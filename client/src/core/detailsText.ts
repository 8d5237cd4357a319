/** Everything known about a peer or a log as a document to read: YAML, because it is the form people skim most easily. */
import type { LogRecord, PeerRecord } from 'pal-runtime/directory/directory';
import { formatBytes, formatDuration } from './format';
import type { LogFacts } from './logFactsStore';
import { logLabel, logPath } from './logModel';
import { peerLabel } from './peerModel';

type Value = string | number | undefined;
type Section = readonly (readonly [key: string, value: Value | Section])[];

export function peerDetails(peer: PeerRecord, logs: readonly LogRecord[], now: number): string {
  const nameOf = (uuid: string | undefined): string | undefined => {
    const log = logs.find((candidate) => candidate.uuid === uuid);
    return log === undefined ? uuid : logPath(log);
  };
  return write(`Peer ${peerLabel(peer)}`, [
    ['name', peer.name],
    ['uuid', peer.uuid],
    ['state', peer.alive ? 'running' : 'dead: its process is gone'],
    ['started', stamp(peer.ctimeMillis)],
    ['uptime', peer.alive ? formatDuration(now - peer.ctimeMillis) : undefined],
    ['program', peer.main],
    ['folder', peer.cwd],
    ['process', peer.pid],
    ['runtime', peer.runtime],
    [
      'endpoints',
      [
        ['stream', peer.pub],
        ['zmqRpc', peer.zmqRpc],
        ['jsonRpc', peer.jsonRpc],
        ['jmx', peer.jmx],
      ],
    ],
    [
      'logs',
      [
        ['writes', nameOf(peer.walLog)],
        ['reads', nameOf(peer.sourceLog)],
      ],
    ],
  ]);
}

export function logDetails(log: LogRecord, facts: LogFacts | undefined, writer: PeerRecord | undefined): string {
  const info = facts?.kind === 'known' ? facts.info : undefined;
  const header = info?.header;
  return write(`Log ${logLabel(log)}`, [
    ['name', log.name],
    ['uuid', log.uuid],
    ['format', log.kind],
    ['created', stamp(log.ctimeMillis)],
    ['state', info?.state ?? (facts?.kind === 'unreadable' ? 'unreadable' : undefined)],
    ['issue', info?.issue ?? (facts?.kind === 'unreadable' ? facts.message : undefined)],
    ['size', info && `${formatBytes(info.size)} (${info.size} bytes)`],
    [
      'offsets',
      info && [
        ['first', info.first],
        ['last', info.last],
        ['messages', info.last - info.first + 1],
      ],
    ],
    ['kafkaServers', log.kafkaServers],
    ['writtenBy', writer && `${peerLabel(writer)} (${writer.uuid})`],
    [
      'recording',
      header && [
        ['peer', header.peerName ?? header.peerUuid],
        ['program', header.main],
        ['arguments', header.args.length > 0 ? header.args.join(' ') : undefined],
        ['folder', header.cwd],
        ['startedAt', header.startedAt],
        ['runtime', header.runtime],
        ['values', header.values],
      ],
    ],
  ]);
}

function write(title: string, section: Section): string {
  return `# ${title.replace(/\s+/g, ' ')}\n${lines(section, '')}`;
}

function lines(section: Section, indent: string): string {
  return section
    .map(([key, value]) => {
      if (value === undefined) return '';
      if (typeof value !== 'object') return `${indent}${key}: ${scalar(value)}\n`;
      const inner = lines(value, `${indent}  `);
      return inner === '' ? '' : `${indent}${key}:\n${inner}`;
    })
    .join('');
}

/** Plain where YAML reads it back as the same text, quoted otherwise. */
function scalar(value: string | number): string {
  const text = String(value);
  const plain = /^[\w/.~\\][^#]*$/.test(text) && !/: |:$|\s$|\p{Cc}/u.test(text);
  return plain ? text : JSON.stringify(text);
}

function stamp(millis: number): string {
  return new Date(millis).toISOString();
}
