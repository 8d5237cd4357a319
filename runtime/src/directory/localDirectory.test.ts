import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomUUID } from 'node:crypto';
import { buildSync } from 'esbuild';
import { afterAll, afterEach, beforeEach, expect, test } from 'vitest';
import { PalError } from '../errors';
import type { PeerRecord } from './directory';
import { LocalDirectory, palLocalHome } from './localDirectory';
import { openDirectory } from './openDirectory';

const root = mkdtempSync(join(tmpdir(), 'pal-directory-'));
afterAll(() => rmSync(root, { recursive: true }));

let home: string;
let directory: LocalDirectory;
const children: ChildProcess[] = [];
beforeEach(() => {
  home = mkdtempSync(join(root, 'home-'));
  directory = new LocalDirectory(home);
});
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  await directory.close();
});

const peer = (fields: Partial<PeerRecord> = {}): PeerRecord => ({
  uuid: randomUUID(),
  name: undefined,
  ctimeMillis: 1_764_000_000_123,
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
  ...fields,
});

/** A process of its own that waits to be killed. */
async function bystander(): Promise<ChildProcess> {
  const child = spawn(process.execPath, ['-e', 'process.stdout.write("up");setInterval(() => {}, 1000)']);
  children.push(child);
  await once(child.stdout, 'data');
  return child;
}

const codeOf = async (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'no error',
    (error: unknown) => (PalError.is(error) ? `${error.code} ${error.exitCode}` : String(error)),
  );

test('a registered peer is listed, found by UUID and by name, and gone when it unregisters', async () => {
  const record = peer({ name: 'orders', pub: 'tcp://localhost:6001', main: 'app.ts', walLog: randomUUID() });
  const registration = await directory.registerPeer(record);
  expect(await directory.listPeers()).toEqual([record]);
  expect(await directory.findPeer('orders')).toEqual(record);
  expect(await directory.findPeer(record.uuid.toUpperCase())).toEqual(record);
  expect(await directory.findPeer('other')).toBeUndefined();
  await registration.unregister();
  await registration.unregister();
  expect(await directory.listPeers()).toEqual([]);
  expect(await directory.findPeer('orders')).toBeUndefined();
});

test('a name belongs to one live peer; the message names it and its holder', async () => {
  const first = peer({ name: 'orders' });
  const registration = await directory.registerPeer(first);
  const second = directory.registerPeer(peer({ name: 'orders' }));
  await expect(second).rejects.toThrow(new RegExp(`DuplicatePeerNameException.*'orders'.*${first.uuid}`));
  expect(await codeOf(directory.registerPeer(peer({ name: 'orders' })))).toBe('duplicate-peer-name 3');
  await registration.unregister();
  const third = peer({ name: 'orders' });
  await directory.registerPeer(third);
  expect((await directory.findPeer('orders'))?.uuid).toBe(third.uuid);
});

test('names that differ in letter case only are two names', async () => {
  await directory.registerPeer(peer({ name: 'Orders' }));
  await directory.registerPeer(peer({ name: 'orders' }));
  await directory.registerPeer(peer({ name: 'n'.repeat(400) }));
  await directory.registerPeer(peer({ name: '..' }));
  expect(await directory.listPeers()).toHaveLength(4);
});

test.each(['a##b', 'a&&b', 'a/b', ' '])('the name %j is refused', async (name) => {
  expect(await codeOf(directory.registerPeer(peer({ name })))).toBe('usage 2');
  expect(await directory.listPeers()).toEqual([]);
});

test('a crashed peer is seen as dead, keeps its record, and its name can be taken over', async () => {
  const child = await bystander();
  const crashed = peer({ name: 'orders', pid: child.pid });
  await directory.registerPeer(crashed);
  expect((await directory.findPeer('orders'))?.alive).toBe(true);
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(await directory.listPeers()).toEqual([{ ...crashed, alive: false }]);
  const heir = peer({ name: 'orders' });
  await directory.registerPeer(heir);
  expect(await directory.listPeers()).toEqual([heir]);
});

test('a process id that is in use again does not revive a dead peer', async () => {
  const record = peer();
  await directory.registerPeer(record);
  const path = join(home, 'directory', 'peers', `${record.uuid}.json`);
  const stored = JSON.parse(readFileSync(path, 'utf8')) as { process: Record<string, unknown> };
  const rewritten = async (change: Record<string, unknown>): Promise<boolean | undefined> => {
    writeFileSync(path, JSON.stringify({ ...stored, process: { ...stored.process, ...change } }));
    return (await directory.listPeers())[0]?.alive;
  };
  expect(await rewritten({})).toBe(true);
  if (stored.process['start'] !== '') expect(await rewritten({ start: '1' })).toBe(false);
  expect(await rewritten({ at: 1000 })).toBe(false); // before this machine was booted
  expect(await rewritten({ machine: 'elsewhere' })).toBe(true); // cannot be judged from here
});

test('a torn record is no record', async () => {
  const record = peer();
  await directory.registerPeer(record);
  writeFileSync(join(home, 'directory', 'peers', `${record.uuid}.json`), '{"uuid": "torn');
  expect(await directory.listPeers()).toEqual([]);
});

test('a live UUID is not registered twice', async () => {
  const record = peer();
  await directory.registerPeer(record);
  expect(await codeOf(directory.registerPeer(record))).toBe('duplicate-peer-name 3');
});

test('removing a live peer frees its name', async () => {
  const record = peer({ name: 'orders' });
  await directory.registerPeer(record);
  expect(await directory.removePeer(record.uuid)).toBe(true);
  expect(await directory.removePeer(record.uuid)).toBe(false);
  expect(await directory.removePeer('../../x')).toBe(false);
  await directory.registerPeer(peer({ name: 'orders' }));
});

test('a log is listed once per name and kind', async () => {
  const log = { name: '/tmp/a', kind: 'chronicle', ctimeMillis: 5, kafkaServers: undefined } as const;
  const first = await directory.registerLog(log);
  expect(await directory.registerLog({ ...log, ctimeMillis: 9 })).toEqual(first);
  const other = await directory.registerLog({ ...log, kind: 'palrec' });
  expect(other.uuid).not.toBe(first.uuid);
  expect(await directory.listLogs()).toHaveLength(2);
  expect(await directory.removeLog(first.uuid)).toBe(true);
  expect(await directory.removeLog(first.uuid)).toBe(false);
  expect(await directory.listLogs()).toEqual([other]);
  expect((await directory.registerLog(log)).uuid).not.toBe(first.uuid);
});

test('watchers hear of registration, removal and crash', async () => {
  const child = await bystander();
  let heard: () => void = () => undefined;
  const next = (): Promise<void> => new Promise((resolve) => (heard = resolve));
  const watch = directory.watch(() => heard());
  let change = next();
  const registration = await directory.registerPeer(peer());
  await change;
  await directory.registerPeer(peer({ pid: child.pid }));
  await directory.listPeers();
  change = next();
  await registration.unregister();
  await change;
  change = next();
  child.kill('SIGKILL');
  await change;
  expect((await directory.listPeers()).map((record) => record.alive)).toEqual([false]);
  watch.dispose();
});

test('of many processes that want one name, one gets it, also from a dead holder', async () => {
  const bundle = join(root, 'localDirectory.cjs');
  buildSync({
    entryPoints: [join(import.meta.dirname, 'localDirectory.ts')],
    outfile: bundle,
    bundle: true,
    platform: 'node',
    format: 'cjs',
  });
  const dead = await bystander();
  await directory.registerPeer(peer({ name: 'orders', pid: dead.pid }));
  dead.kill('SIGKILL');
  await once(dead, 'exit');
  const program = `
    const { LocalDirectory } = require(${JSON.stringify(bundle)});
    const directory = new LocalDirectory(${JSON.stringify(home)});
    const record = { uuid: require('node:crypto').randomUUID(), name: 'orders', pid: process.pid };
    process.stdin.once('data', () => directory.registerPeer(record).then(() => 'won', (error) => error.code)
      .then((outcome) => process.stdout.write(outcome)));
    process.stdout.write('ready');`;
  const contenders = Array.from({ length: 6 }, () => spawn(process.execPath, ['-e', program]));
  children.push(...contenders);
  await Promise.all(contenders.map((child) => once(child.stdout, 'data')));
  const outcomes = contenders.map((child) => once(child.stdout, 'data').then(([text]) => String(text)));
  for (const child of contenders) child.stdin.write('go');
  const results = await Promise.all(outcomes);
  expect(results.filter((outcome) => outcome === 'won')).toHaveLength(1);
  expect(results.filter((outcome) => outcome === 'duplicate-peer-name')).toHaveLength(5);
  expect((await directory.listPeers()).filter((record) => record.alive)).toHaveLength(1);
});

test('thousands of peers are listed in order', async () => {
  for (let i = 0; i < 3000; i++) await directory.registerPeer(peer({ name: `p${i}` }));
  const peers = await directory.listPeers();
  expect(peers).toHaveLength(3000);
  expect(peers.every((record, i) => i === 0 || peers[i - 1]!.uuid < record.uuid)).toBe(true);
  expect(readdirSync(join(home, 'directory', 'peers')).filter((file) => file.endsWith('.tmp'))).toEqual([]);
});

test('a directory that cannot be written is a clear error', async () => {
  writeFileSync(join(home, 'file'), '');
  expect(await codeOf(new LocalDirectory(join(home, 'file')).registerPeer(peer()))).toBe('io 1');
});

test('the home and the directory are what the user chose', () => {
  expect(palLocalHome({ PAL_LOCAL_HOME: ' /x ' })).toBe('/x');
  expect(openDirectory('local')?.name).toBe('local');
  expect(openDirectory('none')).toBeUndefined();
  expect(() => openDirectory('localhost:2379')).toThrow(/PAL directory unreachable/);
});
