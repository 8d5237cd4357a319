import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PeerRecord } from '../../directory/directory';
import { LocalDirectory } from '../../directory/localDirectory';
import { pal } from '../testSupport.testUtil';

const NOW = Date.now();
const uuid = (n: number): string => `0000000${n}-1111-2222-3333-444444444444`;
const peer = (n: number, name: string | undefined, more: Partial<PeerRecord> = {}): PeerRecord => ({
  uuid: uuid(n),
  name,
  ctimeMillis: NOW - n * 3_600_000,
  zmqRpc: undefined,
  jsonRpc: undefined,
  pub: undefined,
  jmx: undefined,
  alive: true,
  sourceLog: undefined,
  walLog: undefined,
  runtime: undefined,
  pid: process.pid,
  main: undefined,
  cwd: undefined,
  ...more,
});
/** Number of a process that does not exist. */
const DEAD_PID = 2 ** 22 + 1;

let home = '';
let directory: LocalDirectory;
beforeEach(() => {
  home = mkdtempSync(path.join(tmpdir(), 'pal-home-'));
  process.env['PAL_LOCAL_HOME'] = home;
  directory = new LocalDirectory(home);
});
afterEach(async () => {
  await directory.close();
  delete process.env['PAL_LOCAL_HOME'];
  rmSync(home, { recursive: true, force: true });
});

describe('peer ls', () => {
  it('lists names in order, the unnamed by their UUID last', async () => {
    expect(await pal(['peer', 'ls'])).toEqual({ code: 0, stdout: '', stderr: '' });
    await directory.registerPeer(peer(1, undefined));
    await directory.registerPeer(peer(2, 'orders'));
    await directory.registerPeer(peer(3, 'billing'));
    expect((await pal(['peer', 'ls'])).stdout).toBe(`billing\norders\n${uuid(1)}\n`);
    expect((await pal(['peers', '-c'])).stdout).toBe(`${uuid(1)}\norders\nbilling\n`);
    expect((await pal(['peers', '-cr'])).stdout).toBe(`billing\norders\n${uuid(1)}\n`);
  });

  it('shows addresses and uptime in columns, cut unless asked not to', async () => {
    expect((await pal(['peer', 'ls', '-l'])).stdout).toBe('total 0\n');
    await directory.registerPeer(peer(2, 'a-very-long-name', { pub: 'tcp://localhost:25601' }));
    const lines = (await pal(['peer', 'ls', '-l'])).stdout.split('\n');
    expect(lines.slice(0, 2)).toEqual([
      'total 1',
      'UUID       Name            ZMQ-RPC              JSON-RPC             PUB                  JMX                  Uptime  ',
    ]);
    expect(lines[2]).toMatch(/^00000002\.\. a-very-long-n\.\. {43}localhost:25601 {27}2:00:0\d $/);
    const whole = (await pal(['peer', 'ls', '-l', '--no-trim'])).stdout.split('\n')[2]!;
    expect(whole.startsWith(`${uuid(2)} a-very-long-name `)).toBe(true);
  });

  it('needs a directory', async () => {
    expect(await pal(['peer', 'ls', '-d', 'none'])).toMatchObject({ code: 1, stdout: '' });
    expect((await pal(['-d', 'none', 'peer', 'ls'])).stderr).toMatch(
      /^Error: pal peer ls requires a PAL directory\.\n/,
    );
    expect(await pal(['peer', 'ls', '-d', '127.0.0.1:1'])).toMatchObject({ code: 1, stdout: '' });
  });
});

describe('peers whose process is gone', () => {
  beforeEach(async () => {
    await directory.registerPeer(peer(1, 'live'));
    await directory.registerPeer(peer(2, 'gone', { pid: DEAD_PID }));
  });

  it('are shown as dead', async () => {
    expect((await pal(['peer', 'ls', '-l'])).stdout).toMatch(/gone .*\(dead\) {2}\n/);
  });

  it('are pruned, the others stay', async () => {
    const pruned = await pal(['peer', 'prune']);
    expect(pruned).toEqual({ code: 0, stdout: `Pruned gone (${uuid(2)})\nPruned 1 dead peer(s)\n`, stderr: '' });
    expect((await pal(['peer', 'prune'])).stdout).toBe('No dead peers found\n');
    expect((await pal(['peer', 'ls'])).stdout).toBe('live\n');
  });

  it('are no stream to print', async () => {
    expect(await pal(['peer', 'print', 'gone'])).toMatchObject({
      code: 1,
      stderr: "Peer 'gone' is not running any more.\n",
    });
    expect((await pal(['peer', 'print', 'live'])).stderr).toBe(
      "Peer 'live' publishes nothing; start it with --tcp-pub auto.\n",
    );
    expect((await pal(['peer', 'print', 'nosuch'])).stderr).toMatch(/^No peer found with name or UUID 'nosuch'/);
  });

  it('can be removed by name or UUID; live ones only by force', async () => {
    expect(await pal(['peer', 'rm', 'live', 'gone', 'nosuch'])).toEqual({
      code: 2,
      stdout: `Removed 'gone' (${uuid(2)})\nNo peer found with name 'nosuch'\n`,
      stderr: `Cannot remove peer 'live' (${uuid(1)}): peer is alive. Use --force to remove anyway.\n`,
    });
    expect(await pal(['peer', 'rm', '-f', uuid(1)])).toMatchObject({
      code: 0,
      stdout: `Removed 'live' (${uuid(1)})\n`,
    });
    expect((await pal(['peer', 'rm', uuid(1)])).stdout).toBe(`No peer found with UUID '${uuid(1)}'\n`);
  });

  it('can be removed by prefix, or all at once', async () => {
    expect(await pal(['peer', 'rm', '-s', 'go'])).toMatchObject({ code: 0 });
    expect(await pal(['peer', 'rm', '-a'])).toMatchObject({ code: 0, stdout: `Removed 'live' (${uuid(1)})\n` });
    const nothing = await pal(['peer', 'rm']);
    expect(nothing).toMatchObject({ code: 1, stderr: '' });
    expect(nothing.stdout).toMatch(/^Usage: pal peer rm /);
  });
});
