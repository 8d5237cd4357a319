import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openChronicleWriter } from '../../log/chronicle/chronicleWriter';
import { testFolder, type TestFolder } from '../../log/chronicle/fixtures.testUtil';
import { encodeMessage } from '../../wire/colfer';
import { MessageType } from '../../wire/codes';
import { pal, testContext, watchOutput, type Outcome } from '../testSupport.testUtil';
import { dispatch } from '../dispatch';

const FIXTURES = path.resolve(import.meta.dirname, '../../../../test/fixtures');
const golden = (name: string): string => readFileSync(path.join(FIXTURES, name), 'utf8');

let folder: TestFolder;
let queue = '';
beforeAll(() => {
  folder = testFolder();
  queue = folder.unpack('wal1');
  writeFileSync(path.join(folder.path, 'notes.txt'), 'no log');
});
afterAll(() => folder.remove());

const print = (...words: string[]): Promise<Outcome> =>
  pal(['log', 'print', ...words], { cwd: folder.path, env: { PAL_DIRECTORY: 'none' } });
const ofQueue = (...options: string[]): Promise<Outcome> => print(`file:${queue}`, ...options);

describe("a queue of Java PAL prints as PAL's own command printed it", () => {
  it.each([
    ['', 'wire/print/wal-main.compact.txt'],
    ['--compact', 'wire/print/wal-main.compact.txt'],
    ['--tree', 'wire/print/wal-main.tree.txt'],
    ['--json', 'wire/print/wal-main.json.txt'],
    ['--full', 'cli/print-full.txt'],
    ['--filter class=Cart,method=add', 'cli/print-filter.txt'],
    ['-o 5', 'cli/print-o5.txt'],
    ['--offset=9 --with-return', 'cli/print-o9-with-return.txt'],
  ])('%s', async (options, file) => {
    const outcome = await ofQueue(...options.split(' ').filter((word) => word !== ''));
    expect(outcome).toEqual({ code: 0, stdout: golden(file), stderr: '' });
  });

  it('-v --types CONSTRUCTOR', async () => {
    const { stdout } = await ofQueue('-v', '--types', 'CONSTRUCTOR');
    expect(stdout.replace(queue, '/srv/palrun/wal1')).toBe(golden('cli/print-types-v.txt'));
  });

  it('across a roll', async () => {
    const rolled = folder.unpack('wal-roll');
    expect((await print(`file:${rolled}`)).stdout).toBe(golden('wire/print/wal-roll.compact.txt'));
  });
});

describe('what is shown', () => {
  const offsets = async (...options: string[]): Promise<number[]> =>
    [...(await ofQueue(...options)).stdout.matchAll(/^offset=(\d+) /gm)].map((match) => Number(match[1]));

  it('is chosen by type, thread, id, class, method and field together', async () => {
    expect(await offsets('--types', 'THROWABLE,CONSTRUCTOR')).toEqual([3, 4, 9, 35, 94, 96, 106, 108, 147]);
    expect(await offsets('-ft', 'WORKER-1')).toEqual([152, 153, 154, 155, 156, 157, 158, 159]);
    expect(await offsets('--id', '8BEMSFU3X0G4EVPJ8XGMPN')).toEqual([0]);
    expect(await offsets('--types', 'PUT_FIELD', '--filter', 'field=qty', '-ft', 'self-caller')).toEqual([
      14, 38, 74, 86,
    ]);
    expect(await offsets('--filter', 'class=IllegalState', '--types', 'THROWABLE')).toEqual([108]);
    expect(await offsets('--filter', 'method=new')).toEqual(await offsets('--types', 'CONSTRUCTOR'));
    expect((await offsets('-fp', '1C89CD0C-4faa-475d-b208-f217d0feb6bb')).length).toBe(206);
    expect(await offsets('-fp', '1c89cd0c-4faa-475d-b208-000000000000')).toEqual([]);
    expect(await offsets('--formats', 'JSON')).toEqual([]);
    expect(
      await offsets('--filter', 'nonsense', ' class = Cart ', '--filter', 'method=total', '--types', 'INSTANCE_METHOD'),
    ).toEqual([163]);
  });

  it('is nothing beyond the ends', async () => {
    expect(await ofQueue('-o', '9999')).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(await ofQueue('-o', '-1')).toEqual({ code: 0, stdout: '', stderr: '' });
  });

  it('keeps its depth in a filtered tree', async () => {
    const { stdout } = await ofQueue('--tree', '--types', 'PUT_FIELD', '--filter', 'field=note');
    expect(stdout).toBe('    [6] put Cart.note@2 ⇦ (="é√€")\n  [99] put Cart.note@2 ⇦ (="negative: -1")\n');
  });
});

describe('source locations', () => {
  it('follow the message where they are known', async () => {
    const dir = path.join(folder.path, 'located');
    const writer = await openChronicleWriter(dir);
    const context = { sourceLocationFile: path.join(folder.path, 'src/cart.ts'), sourceLocationLine: 12 };
    const call = { clazz: { name: 'shop.Cart' }, name: 'add', objectRef: 3, context };
    writer.append(
      MessageType.EXEC_INSTANCE_METHOD,
      encodeMessage({ messageType: 2, execMessage: { messageId: 'm1', threadName: 't', instanceMethodCall: call } }),
    );
    await writer.close();
    const { stdout } = await print('file:located', '--with-location');
    expect(stdout).toBe(`offset=0 id=m1 message=call Cart.add@3  (${path.join('src', 'cart.ts')}:12)\n`);
  });
});

describe('--follow', () => {
  const message = (id: string): Uint8Array =>
    encodeMessage({ messageType: 11, execMessage: { messageId: id, threadName: 't', returnValue: { isVoid: true } } });

  it('goes on until a signal, with exit code 130', async () => {
    const dir = path.join(folder.path, 'followed');
    const writer = await openChronicleWriter(dir);
    writer.append(11, message('a'));
    await writer.flush();
    const interrupt = new AbortController();
    const context = testContext({ cwd: folder.path, signal: interrupt.signal });
    const seen = watchOutput(context.stdout);
    const done = dispatch(['log', 'print', '-f', 'file:followed'], context);
    await seen('id=a');
    writer.append(11, message('b'));
    await writer.flush();
    await seen('id=b');
    interrupt.abort();
    expect(await done).toBe(130);
    expect(context.stdout.text).toBe('offset=0 id=a message=return void\noffset=1 id=b message=return void\n');
    await writer.close();
  });

  it('with --offset waits for that message and ends', async () => {
    const dir = path.join(folder.path, 'awaited');
    const writer = await openChronicleWriter(dir);
    writer.append(11, message('a'));
    await writer.flush();
    const context = testContext({ cwd: folder.path });
    const done = dispatch(['log', 'print', '-f', '-o', '2', 'file:awaited'], context);
    writer.append(11, message('b'));
    writer.append(11, message('c'));
    await writer.flush();
    expect(await done).toBe(0);
    expect(context.stdout.text).toBe('offset=2 id=c message=return void\n');
    await writer.close();
  });
});

describe('bad input: one clear line on stderr', () => {
  it.each([
    [['file:nosuch'], 1, /^Chronicle log does not exist at path: .*nosuch\n$/],
    [['nosuch.palrec'], 1, /^Recording does not exist at path: .*nosuch\.palrec\n$/],
    [['nosuch'], 1, /^No Log found for identifier: nosuch\n/],
    [['-k', 'h:1', 'topic'], 1, /^'topic' is a Kafka topic, and Kafka logs are not part of this version\.\n$/],
    [[], 1, /^Log identifier is required\. Usage: pal log print <LOG_NAME_OR_PATH>\n$/],
    [['--types', 'NOPE', 'file:wal1'], 1, /^Log identifier is required.*\n'file:wal1' was taken as a value/],
    [['file:notes.txt'], 1, /notes\.txt is a file, not the directory of a Chronicle queue\.\n$/],
    [['notes.txt'], 1, /notes\.txt/],
    [['--tree', '--json', 'x'], 2, /^Error: --json, --tree are mutually exclusive \(specify only one\)\nUsage: /],
    [['x', '-o', 'abc'], 2, /^Invalid value for option '--offset': 'abc' is not a long\nUsage: /],
    [['a', 'b'], 2, /^Unmatched argument at index 1: 'b'\nUsage: /],
  ])('%j → %i', async (words, code, stderr) => {
    const outcome = await print(...words);
    expect(outcome).toMatchObject({ code, stdout: '' });
    expect(outcome.stderr).toMatch(stderr);
  });

  it('takes the log that --filter cannot mean', async () => {
    const outcome = await print('--filter', 'class=Cart,method=add', `file:${queue}`);
    expect(outcome).toEqual({ code: 0, stdout: golden('cli/print-filter.txt'), stderr: '' });
  });
});
