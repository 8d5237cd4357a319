import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LocalDirectory } from '../../directory/localDirectory';
import { openChronicleWriter } from '../../log/chronicle/chronicleWriter';
import { encodeMessage } from '../../wire/colfer';
import { pal, type Outcome } from '../testSupport.testUtil';

let folder = '';
let directory: LocalDirectory;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'pal-logs-'));
  process.env['PAL_LOCAL_HOME'] = path.join(folder, 'home');
  directory = new LocalDirectory(path.join(folder, 'home'));
});
afterEach(async () => {
  await directory.close();
  delete process.env['PAL_LOCAL_HOME'];
  rmSync(folder, { recursive: true, force: true });
});

const log = (...words: string[]): Promise<Outcome> => pal(['log', ...words], { cwd: folder });
const at = (name: string): string => path.join(folder, name);

/** A queue with that many messages, and its entry in the directory. */
async function queue(name: string, messages: number, ctimeMillis: number): Promise<string> {
  const writer = await openChronicleWriter(at(name));
  for (let n = 0; n < messages; n += 1) {
    const execMessage = { messageId: `${name}${n}`, threadName: 't', returnValue: { isVoid: true } };
    writer.append(11, encodeMessage({ messageType: 11, execMessage }));
  }
  await writer.close();
  const record = { name: at(name), kind: 'chronicle', ctimeMillis, kafkaServers: undefined } as const;
  return (await directory.registerLog(record)).uuid;
}

describe('log ls', () => {
  it('lists the logs whose files are there', async () => {
    await queue('b', 3, 1);
    await queue('a', 30, 2);
    await queue('gone', 1, 3);
    rmSync(at('gone'), { recursive: true });
    expect(await log('ls')).toEqual({ code: 0, stdout: `${at('a')}\n${at('b')}\n`, stderr: '' });
    expect((await log('ls', '-r')).stdout).toBe(`${at('b')}\n${at('a')}\n`);
    expect((await log('ls', '-c')).stdout).toBe(`${at('a')}\n${at('b')}\n`);
    expect((await pal(['logs', '-Sr'])).stdout).toBe(`${at('b')}\n${at('a')}\n`);
  });

  it('shows size, offsets and time in columns', async () => {
    expect((await log('ls', '-l')).stdout).toBe('total 0\n');
    const uuid = await queue('orders', 3, Date.UTC(2026, 10, 24, 8, 19));
    const lines = (await log('ls', '-l', '--no-trim')).stdout.split('\n');
    expect(lines[0]).toBe('total 1');
    expect(lines[1]).toBe(
      'Name                 UUID                                  Size       Start    --> End      Created ',
    );
    expect(lines[2]!.startsWith(`${at('orders')} ${uuid}  `)).toBe(true);
    expect(lines[2]).toMatch(/ \d+(\.\d [KM]iB| B) +0 +--> 2 +Nov 24 08:19$/);
    expect((await log('ls', '-l')).stdout.split('\n')[2]).toMatch(/^.{18}\.\. /);
  });
});

describe('names of logs', () => {
  it('are paths, names or UUIDs', async () => {
    const uuid = await queue('orders', 1, 1);
    const line = 'offset=0 id=orders0 message=return void\n';
    for (const name of ['file:orders', `file:${at('orders')}`, 'orders', at('orders'), uuid, uuid.toUpperCase()]) {
      expect(await log('print', name)).toEqual({ code: 0, stdout: line, stderr: '' });
    }
  });

  it('are looked for below the base directory first', async () => {
    await queue('base/orders', 1, 1);
    const env = { PAL_CHRONICLE_BASE_DIR: at('base') };
    expect(await pal(['log', 'print', 'file:orders'], { cwd: folder, env })).toMatchObject({ code: 0 });
    await queue('other', 1, 2);
    expect(await pal(['log', 'print', 'file:other'], { cwd: folder, env })).toMatchObject({ code: 0 });
    expect((await pal(['log', 'print', 'file:none'], { cwd: folder, env })).stderr).toContain(at('base/none'));
  });

  it('that several logs have are refused with the choices', async () => {
    const first = await queue('a/orders', 1, 1);
    const second = await queue('b/orders', 1, 2);
    const outcome = await log('print', 'orders');
    expect(outcome).toMatchObject({ code: 1, stdout: '' });
    expect(outcome.stderr).toContain(`${first} ${at('a/orders')}`);
    expect(outcome.stderr).toContain(`${second} ${at('b/orders')}`);
  });
});

describe('log rm', () => {
  it('removes entry and files, by path, name or UUID', async () => {
    await queue('a', 1, 1);
    await queue('b', 1, 2);
    const uuid = await queue('c', 1, 3);
    expect(await log('rm', 'file:a', 'b', uuid)).toEqual({
      code: 0,
      stdout: ['a', 'b', 'c'].map((name) => `Removed ${at(name)}\n`).join(''),
      stderr: '',
    });
    expect(['a', 'b', 'c'].some((name) => existsSync(at(name)))).toBe(false);
    expect(await directory.listLogs()).toEqual([]);
  });

  it('notes what is not there, without an error', async () => {
    expect(await log('rm', 'file:nosuch')).toEqual({
      code: 0,
      stdout: '',
      stderr: `Log '${at('nosuch')}' does not exist.\n`,
    });
    expect(await log('rm', 'nosuch')).toMatchObject({ code: 0, stderr: "Log 'nosuch' does not exist.\n" });
  });

  it('removes nothing that is no log', async () => {
    mkdirSync(at('documents'));
    writeFileSync(at('documents/letter.txt'), '');
    expect(await log('rm', 'file:documents')).toMatchObject({ code: 1, stdout: '' });
    await queue('mixed', 1, 1);
    writeFileSync(at('mixed/letter.txt'), '');
    expect((await log('rm', 'mixed')).stderr).toBe(`${at('mixed')} holds other files too; they are kept.\n`);
    writeFileSync(at('notes.txt'), 'no log');
    writeFileSync(at('fake.palrec'), 'no log');
    expect(await log('rm', 'notes.txt', 'fake.palrec')).toMatchObject({ code: 2, stdout: '' });
    const kept = ['documents/letter.txt', 'mixed/letter.txt', 'notes.txt', 'fake.palrec'];
    expect(kept.filter((name) => !existsSync(at(name)))).toEqual([]);
    expect(existsSync(at('mixed/metadata.cq4t'))).toBe(false);
  });

  it('refuses a log that is being written, unless forced', async () => {
    const writer = await openChronicleWriter(at('busy'));
    writer.append(11, encodeMessage({ messageType: 11, execMessage: { returnValue: { isVoid: true } } }));
    await writer.flush();
    const refused = await log('rm', 'file:busy');
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).toContain('a live process is writing it. Use --force');
    expect(existsSync(at('busy'))).toBe(true);
    expect(await log('rm', '-f', 'file:busy')).toMatchObject({ code: 0 });
    expect(existsSync(at('busy'))).toBe(false);
    await writer.close().catch(() => undefined); // its files are gone
  });

  it('asks before it removes several', async () => {
    await queue('test-a', 1, 1);
    await queue('test-b', 1, 2);
    await queue('other', 1, 3);
    const prefix = at('test-');
    expect(await log('rm', '-s', prefix)).toMatchObject({ code: 1, stdout: '' });
    expect(await pal(['log', 'rm', '-s', prefix], { cwd: folder, confirms: true })).toMatchObject({ code: 0 });
    expect((await directory.listLogs()).map((record) => record.name)).toEqual([at('other')]);
    expect(await log('rm', '-fa')).toMatchObject({ code: 0, stdout: `Removed ${at('other')}\n` });
  });

  it('shows its help without a log', async () => {
    const outcome = await log('rm');
    expect(outcome).toMatchObject({ code: 1, stderr: '' });
    expect(outcome.stdout).toMatch(/^Usage: pal log rm /);
  });
});

describe('log prune', () => {
  it('drops the entries whose files are gone', async () => {
    await queue('a', 1, 1);
    const uuid = await queue('b', 1, 2);
    expect((await log('prune')).stdout).toBe('No stale logs found\n');
    rmSync(at('b'), { recursive: true });
    expect(await log('prune')).toEqual({
      code: 0,
      stdout: `Pruned ${at('b')} (${uuid})\nPruned 1 stale log(s)\n`,
      stderr: '',
    });
    expect((await directory.listLogs()).map((record) => record.name)).toEqual([at('a')]);
  });
});
