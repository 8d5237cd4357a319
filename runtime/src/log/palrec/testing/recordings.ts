/** Recordings made for tests: random streams with site tables, and what a reader must give back. Not shipped. */
import { Expander } from '../../../entry/expand';
import { SiteKind, type SiteTable } from '../../../entry/sites';
import { entryEnd } from '../../../entry/wordLength';
import type { RecordingHeader } from '../../log';
import type { PalrecWriter } from '../palrecWriter';
import { RandomStream, seededRandom } from './randomWords';

export const PEER = '7d0a53a5-1f6b-4f0e-9a52-6f2f5b0c1d11';

export const recordingHeader: RecordingHeader = {
  format: 1,
  peerUuid: PEER,
  peerName: 'shop',
  main: 'shop.ts',
  args: ['--port', '0'],
  cwd: '/srv/shop',
  startedAt: '2026-01-02T03:04:05.678Z',
  runtime: 'pal 0.1.0, node 20.20.2, linux x64',
  scope: { rules: [] },
  values: 'refs',
};

export function siteTable(name: string, count: number): SiteTable {
  const kinds = [
    SiteKind.METHOD,
    SiteKind.FUNCTION,
    SiteKind.FIELD_GET,
    SiteKind.CONSTRUCTOR,
    SiteKind.FIELD_PUT,
    SiteKind.SETTER,
  ];
  return {
    url: `file:///srv/shop/${name}.js`,
    source: `/srv/shop/${name}.ts`,
    moduleClass: `shop.${name}.$module`,
    hash: '00',
    sites: Array.from({ length: count }, (_, i) => {
      const kind = kinds[i % kinds.length]!;
      const field = kind === SiteKind.FIELD_GET || kind === SiteKind.FIELD_PUT;
      return { kind, className: field ? '' : `shop.${name}.Order`, member: `m${i}`, line: i + 1, column: 3, flags: 0 };
    }),
  };
}

export interface ExpectedMessage {
  readonly type: number;
  readonly bytes: Uint8Array;
}

export interface RecordingOptions {
  readonly seed: number;
  readonly operations: number;
  /** Number of rings whose entries take turns. Default 1. */
  readonly sources?: number;
  /** Sites per module; the others are met without a table. Default 25. */
  readonly sites?: number;
  /** Share of the appends after which the writer flushes, 0-1. Default 0. */
  readonly flushes?: number;
}

/**
 * Writes a random recording in appends of random length.
 * @returns the messages that a live subscriber would have got.
 */
export function record(writer: PalrecWriter, options: RecordingOptions): ExpectedMessage[] {
  const random = seededRandom(options.seed + 1000);
  const sites = options.sites ?? 25;
  const tables = [siteTable('orders', sites), siteTable('stock', sites)] as const;
  writer.addSites(1, tables[0]);
  writer.addSites(sites + 1, tables[1]);
  const expected: ExpectedMessage[] = [];
  const sources = Array.from({ length: options.sources ?? 1 }, (_, source) => {
    const expander = new Expander({ peerUuid: PEER, sourceContext: true });
    expander.addSites(1, tables[0]);
    expander.addSites(sites + 1, tables[1]);
    const { words } = new RandomStream(options.seed * 31 + source, { fields: 0.4 }).grow(options.operations);
    return { source, expander, words, at: 0 };
  });
  for (let left = sources.length; left > 0;) {
    const turn = sources[Math.floor(random() * sources.length)]!;
    if (turn.at === turn.words.length) continue;
    const start = turn.at;
    for (let entries = 1 + Math.floor(random() * 200); entries > 0 && turn.at < turn.words.length; entries--) {
      turn.at = entryEnd(turn.words, turn.at, turn.words.length);
    }
    turn.expander.offset = expected.length;
    turn.expander.feed(turn.words, start, turn.at, {
      message: (type, _phase, bytes, begin, end) =>
        expected.push({ type, bytes: new Uint8Array(bytes.subarray(begin, end)) }),
    });
    writer.append(turn.words, start, turn.at, turn.source);
    if (random() < (options.flushes ?? 0)) writer.flush();
    if (turn.at === turn.words.length) left--;
  }
  return expected;
}
