import { expect, test } from 'vitest';
import { RandomStream } from '../log/palrec/testing/randomWords';
import { Expander } from './expand';
import { SiteKind, type SiteTable } from './sites';
import { entryEnd } from './wordLength';

const table: SiteTable = {
  url: 'file:///a.ts',
  source: '/a.ts',
  moduleClass: 'a.$module',
  hash: '',
  sites: Array.from({ length: 100 }, (_, i) => ({
    kind: SiteKind.METHOD,
    className: 'a.B',
    member: `m${i}`,
    line: i,
    column: 1,
    flags: 0,
  })),
};

const messagesOf = (run: (expander: Expander, take: (bytes: Uint8Array) => void) => void): string[] => {
  const expander = new Expander({ peerUuid: '0f1e2d3c-4b5a-6978-b1a2-9384756f5e4d' });
  expander.addSites(0, table);
  const messages: string[] = [];
  run(expander, (bytes) => messages.push(Buffer.from(bytes).toString('latin1')));
  return messages;
};

test('what is skipped leaves the later messages as they are', () => {
  for (let seed = 1; seed <= 20; seed++) {
    const words = new RandomStream(seed, { snapshots: false }).grow(600).take();
    const sinkOf = (take: (bytes: Uint8Array) => void) => ({
      message: (_type: number, _phase: number, bytes: Buffer, start: number, end: number) =>
        take(bytes.subarray(start, end)),
    });
    const all = messagesOf((expander, take) => expander.feed(words, 0, words.length, sinkOf(take)));
    const cuts: number[] = [];
    for (let at = 0, n = 0; at < words.length; at = entryEnd(words, at, words.length))
      if (n++ % 97 === 50) cuts.push(at);
    expect(cuts.length).toBeGreaterThan(5);
    for (const cut of cuts) {
      let skipped = 0;
      const rest = messagesOf((expander, take) => {
        expander.skip(words, 0, cut);
        skipped = expander.offset;
        expander.feed(words, cut, words.length, sinkOf(take));
      });
      expect(rest).toEqual(all.slice(skipped));
    }
  }
});
