import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { problemCodes } from './problems';

it('every code is explained in docs/bundles.md, and no other', () => {
  const text = readFileSync(path.resolve(import.meta.dirname, '../../../docs/bundles.md'), 'utf8');
  const documented = [...text.matchAll(/^\| `([\w-]+)` \| (?:error|warning|hint) \|/gm)].map(([, code]) => code!);
  expect(documented.sort()).toEqual([...problemCodes].sort());
});
