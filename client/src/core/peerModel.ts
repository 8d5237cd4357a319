/** Peers as rows: live ones first, by name; what belongs to a peer (endpoints, log, program) as rows below it. */
import type { LogRecord, PeerRecord } from 'pal-runtime/directory/directory';
import { commands } from '../contributions';
import { escapeMarkdown, formatDuration } from './format';
import { logLabel } from './logModel';
import type { NodeModel } from './nodeModel';
import type { Translate } from './translate';

export interface PeerContext {
  readonly logs: readonly LogRecord[];
  readonly now: number;
  readonly t: Translate;
}

export function peerNodes(peers: readonly PeerRecord[], context: PeerContext): readonly NodeModel[] {
  return [...peers].sort(comparePeers).map((peer) => peerNode(peer, context));
}

/** The name a peer is called by: its own, else its program's, else the beginning of its UUID. */
export function peerLabel(peer: PeerRecord): string {
  return peer.name ?? (peer.main === undefined ? undefined : lastSegment(peer.main)) ?? peer.uuid.slice(0, 8);
}

export const peerNodeId = (uuid: string): string => `peer:${uuid}`;

function comparePeers(a: PeerRecord, b: PeerRecord): number {
  if (a.alive !== b.alive) return a.alive ? -1 : 1;
  return peerLabel(a).localeCompare(peerLabel(b)) || b.ctimeMillis - a.ctimeMillis || (a.uuid < b.uuid ? -1 : 1);
}

function peerNode(peer: PeerRecord, context: PeerContext): NodeModel {
  const { t, now } = context;
  const label = peerLabel(peer);
  const age = formatDuration(now - peer.ctimeMillis);
  const state = peer.alive ? t('up {duration}', { duration: age }) : t('dead');
  const children = detailNodes(peer, context);
  const wal = children.find((child) => child.id.startsWith('peer-log:'));
  return {
    id: peerNodeId(peer.uuid),
    label,
    description: peer.pub !== undefined && peer.alive ? `${state} · ${shortEndpoint(peer.pub)}` : state,
    icon: peer.alive
      ? { id: 'vm-running', color: 'testing.iconPassed' }
      : { id: 'vm-outline', color: 'disabledForeground' },
    contextValue: [
      `peer.${peer.alive ? 'live' : 'dead'}`,
      ...(wal ? ['hasLog'] : []),
      ...(peer.alive && peer.pub !== undefined ? ['hasStream'] : []),
    ].join(' '),
    accessibilityLabel: peer.alive
      ? t('Peer {name}, running for {duration}', { name: label, duration: age })
      : t('Peer {name}, dead: its process is gone', { name: label }),
    tooltip: () => tooltip(peer, children, context),
    copyText: peer.uuid,
    children,
  };
}

function detailNodes(peer: PeerRecord, { logs, t }: PeerContext): readonly NodeModel[] {
  const nodes: NodeModel[] = [];
  const add = (
    id: string,
    title: string,
    value: string | undefined,
    icon: string,
    extra: Partial<NodeModel> = {},
  ): void => {
    if (value === undefined) return;
    nodes.push({
      id: `${id}:${peer.uuid}`,
      label: title,
      description: value,
      icon: { id: icon },
      contextValue: 'detail',
      accessibilityLabel: `${title}: ${value}`,
      copyText: value,
      ...extra,
    });
  };
  const wal = logs.find((log) => log.uuid === peer.walLog);
  add('peer-log', t('Log'), wal && logLabel(wal), 'record', {
    contextValue: 'detail peerLog',
    ...(wal ? { copyText: wal.name } : {}),
    onClick: commands.revealPeerLog,
  });
  const source = logs.find((log) => log.uuid === peer.sourceLog);
  add('peer-source', t('Source log'), source && logLabel(source), 'history');
  add('peer-pub', t('Stream'), peer.pub, 'broadcast', peer.alive ? { contextValue: 'detail peerStream' } : {});
  add('peer-zmq', t('ZMQ RPC'), peer.zmqRpc, 'plug');
  add('peer-json', t('JSON RPC'), peer.jsonRpc, 'plug');
  add('peer-jmx', t('JMX'), peer.jmx, 'plug');
  add('peer-main', t('Program'), peer.main, 'file-code');
  add('peer-runtime', t('Runtime'), peer.runtime, 'server-process');
  add('peer-pid', t('Process'), peer.pid === undefined ? undefined : String(peer.pid), 'symbol-numeric');
  return nodes;
}

function tooltip(peer: PeerRecord, details: readonly NodeModel[], { t, now }: PeerContext): string {
  const age = formatDuration(now - peer.ctimeMillis);
  const state = peer.alive
    ? t('running for {duration}', { duration: age })
    : t('dead: its process is gone, the entry can be pruned');
  const rows = details.map((node) => `| ${escapeMarkdown(node.label)} | ${escapeMarkdown(node.description ?? '')} |`);
  const table = [...rows, `| UUID | ${escapeMarkdown(peer.uuid)} |`].join('\n');
  const started = new Date(peer.ctimeMillis).toLocaleString();
  const heading = `**${escapeMarkdown(peerLabel(peer))}** ${escapeMarkdown(state)}`;
  const folder = peer.cwd === undefined ? '' : `\n| ${t('Folder')} | ${escapeMarkdown(peer.cwd)} |`;
  return `${heading}\n\n| | |\n|---|---|\n| ${t('Started')} | ${escapeMarkdown(started)} |\n${table}${folder}\n`;
}

function lastSegment(path: string): string {
  return path.replace(/[\\/]+$/, '').replace(/^.*[\\/]/, '');
}

/** `tcp://127.0.0.1:5555` as `:5555` on this machine, else without its scheme. */
function shortEndpoint(endpoint: string): string {
  return endpoint.replace(/^tcp:\/\//, '').replace(/^(?:127\.0\.0\.1|localhost|0\.0\.0\.0|\*):/, ':');
}
