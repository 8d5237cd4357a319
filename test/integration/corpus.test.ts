/** The corpus (test/corpus) on every installed Node: woven and recording programs behave as bare ones. Needs the bundles (`npm run build`). */
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { runCorpus } from '../corpus/corpus';
import { findNodes } from '../nodes';

describe('corpus', () => {
  it.each(findNodes().map((node) => [node.major, node] as const))(
    'runs on Node %i as bare',
    async (_major, node) => {
      const results = await runCorpus({ root: path.resolve(import.meta.dirname, '../..'), nodes: [node] });
      const failed = results.filter((result) => result.difference !== undefined && result.known === undefined);
      expect(failed.map(({ program, mode, difference }) => `${program} ${mode}\n${difference}`)).toEqual([]);
      expect(results.length).toBeGreaterThan(80);
    },
    300_000,
  );
});
