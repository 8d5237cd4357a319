import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openChronicleWriter } from '../../log/chronicle/chronicleWriter';
import { FIXTURES, testFolder, type TestFolder } from '../../log/chronicle/fixtures.testUtil';
import { encodeMessage } from '../../wire/colfer';
import { pal, type Outcome } from '../testSupport.testUtil';

const golden = (name: string): string => readFileSync(path.join(FIXTURES, name), 'utf8');
let folder: TestFolder;
let queue = '';
beforeAll(() => {
  folder = testFolder();
  queue = folder.unpack('wal1');
});
afterAll(() => folder.remove());
const log = (...words: string[]): Promise<Outcome> =>
  pal(['log', ...words], { cwd: folder.path, env: { PAL_DIRECTORY: 'none' } });

describe("a queue of Java PAL gives what PAL's own commands printed", () => {
  it.each([
    ['index', [], 'wal-main/index.txt'],
    ['index', ['-v'], 'wal-main/index-v.txt'],
    ['stats', [], 'wal-main/stats.txt'],
    ['stats', ['-j'], 'wal-main/stats.json'],
  ] as const)('log %s %j', async (command, options, file) => {
    expect(await log(command, `file:${queue}`, ...options)).toEqual({ code: 0, stdout: golden(file), stderr: '' });
  });
});

describe('log index', () => {
  it('is no failure when operations are unfinished', async () => {
    const writer = await openChronicleWriter(path.join(folder.path, 'cut'));
    const call = { clazz: { name: 'shop.Cart' }, name: 'add' };
    const execMessage = { messageId: 'a', threadName: 't', classMethodCall: call };
    writer.append(3, encodeMessage({ messageType: 3, execMessage }));
    await writer.close();
    const outcome = await log('index', 'file:cut');
    expect(outcome.code).toBe(0);
    expect(outcome.stdout).toMatch(
      / {2}Issues: {8}1\n\nStructural Issues:\n {2}- Unmatched operation at offset \d+\n$/,
    );
  });

  it.each([
    [['file:nosuch'], 1, /^Chronicle log does not exist at path: /],
    [['topic'], 1, /^Kafka WAL topics require --kafka-servers/],
    [[], 2, /^Missing required parameter: 'name\|file:\/path'\nUsage: pal log index /],
  ])('%j → %i', async (words, code, stderr) => {
    const outcome = await log('index', ...words);
    expect(outcome).toMatchObject({ code, stdout: '' });
    expect(outcome.stderr).toMatch(stderr);
  });
});

describe('log stats', () => {
  it('counts only what the filters let through', async () => {
    const counted = async (...options: string[]): Promise<number> => {
      const { stdout } = await log('stats', `file:${queue}`, '-j', ...options);
      return (JSON.parse(stdout) as { numberOfMessages: number }).numberOfMessages;
    };
    expect(await counted('-t', 'CONSTRUCTOR,EXEC_THROWABLE')).toBe(9);
    expect(await counted('-ft', 'worker-1')).toBe(8);
    expect(await counted('-fp=1c89cd0c-4faa-475d-b208-f217d0feb6bb', '-ft', 'nobody')).toBe(0);
  });

  it('needs a log', async () => {
    expect(await log('stats')).toMatchObject({
      code: 1,
      stderr: 'Log name is required. Usage: pal log stats <LOG_NAME>\n',
    });
    expect((await log('stats', '-t', 'CONSTRUCTOR', 'file:x')).stderr).toContain(
      "'file:x' was taken as a value of --types",
    );
  });
});
