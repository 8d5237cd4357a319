/**
 * The failing commands of PAL 1.0 (`test/fixtures/cli/errors.jsonl`), as far as this version has the command: same exit
 * code, or a reason why not. Commands that get as far as running a program are in `test/integration/cli.test.ts`.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testFolder, type TestFolder } from '../log/chronicle/fixtures.testUtil';
import { pal } from './testSupport.testUtil';

interface Row {
  readonly cmd: string;
  readonly rc: number;
  readonly stderr: string;
}
const FIXTURE = path.resolve(import.meta.dirname, '../../../test/fixtures/cli/errors.jsonl');
const rows = readFileSync(FIXTURE, 'utf8')
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line) as Row);

/** Commands of later versions: not understood, exit 2 (help.test.ts). */
const LATER = /^pal (replay|init|intercept|peer call|log call)\b/;
/** Reach the program in PAL 1.0: nothing fails before it. */
const RUNS_PROGRAM = new Set([
  'pal run -cp $CP shop.Hello -n zz',
  'pal run -cp $CP shop.IntMain 7',
  'pal run -cp $CP shop.ExitMain 9',
  'pal run -cp $CP shop.Main throw',
  'pal run -l file:q2 -w file:q3 -cp $CP shop.Hello',
]);
/** Exit codes that differ on purpose; each has a row in docs/compatibility.md. */
const DIFFERS: Readonly<Record<string, number>> = {
  'pal run --interceptable -cp $CP shop.Hello': 2, // refused, not ignored
  'pal run --rpc-policy nofile.yaml -j auto -cp $CP shop.Hello': 2, // RPC as a whole is refused
  'pal run --rpc-policy-preset nosuch -j auto -cp $CP shop.Hello': 2,
  'pal peer ls': 0, // the local directory needs no server
  'pal log ls': 0,
  'pal peer prune': 0,
  'pal logs -d $D': 1, // an etcd, not part of this version
};
/** PAL prints a Java stack trace, or the whole usage, where we print a line of our own. */
const OWN_WORDS = /^(java\.|io\.quasient|Usage|Unknown option|Invalid value|Error: (pal|Cannot)|\s*$)/;

let folder: TestFolder;
let cwd = '';
let home = '';
beforeAll(() => {
  folder = testFolder();
  cwd = path.dirname(folder.unpack('wal1'));
  home = mkdtempSync(path.join(tmpdir(), 'pal-home-'));
  process.env['PAL_LOCAL_HOME'] = home;
  writeFileSync(path.join(cwd, 'shop.Hello'), '');
});
afterAll(() => {
  delete process.env['PAL_LOCAL_HOME'];
  folder.remove();
  rmSync(home, { recursive: true, force: true });
});

const applicable = rows.filter(({ cmd }) => !LATER.test(cmd) && !RUNS_PROGRAM.has(cmd));

describe("PAL's failing commands", () => {
  it('are most of what was captured', () => {
    expect(applicable.length).toBeGreaterThan(45);
  });

  it.each(applicable.map((row) => [row.cmd, row] as const))('%s', async (cmd, { rc, stderr }) => {
    const [line = '', variables = ''] = cmd.split(' || ');
    const words = line
      .replace('/srv/palrun/wal1', path.join(cwd, 'wal1'))
      .replace('$D', '127.0.0.1:2379')
      .split(' ')
      .slice(1);
    const env = Object.fromEntries(
      variables
        .split(' ')
        .filter(Boolean)
        .map((text): [string, string] => [text.split('=')[0]!, text.split('=')[1] ?? '']),
    );
    const outcome = await pal(words, { cwd, env });
    expect({ code: outcome.code, stderr: outcome.stderr }).toMatchObject({ code: DIFFERS[cmd] ?? rc });
    const first = (stderr.split('\n')[0] ?? '').replace('/srv/palrun/run/cli', cwd);
    if (DIFFERS[cmd] === undefined && !OWN_WORDS.test(first)) expect(outcome.stderr).toContain(first);
    expect(outcome.stderr).not.toContain('unexpectedly');
  });
});
