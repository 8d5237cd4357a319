/** Where `run.mjs` has put what the tests need. */
import path from 'node:path';

export interface Tools {
  readonly node: string;
  readonly server: string;
  readonly chromium: string;
  readonly vsix: string;
  readonly suite: string;
  readonly cache: string;
  /** Folder of this file in the sources. */
  readonly sources: string;
}

export function tools(): Tools {
  const vsix = process.env['PAL_E2E_VSIX']!;
  const cache = path.dirname(vsix);
  return {
    node: process.env['PAL_E2E_NODE']!,
    server: process.env['PAL_E2E_SERVER']!,
    chromium: process.env['PAL_E2E_CHROMIUM']!,
    vsix,
    suite: process.env['PAL_E2E_SUITE']!,
    cache,
    sources: path.resolve(cache, '../../test/e2e'),
  };
}
