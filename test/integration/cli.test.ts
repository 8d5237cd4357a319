/** The built `pal` command, as a user runs it: streams, exit codes, signals, programs. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openChronicleWriter } from 'pal-runtime/log/chronicle/chronicleWriter';
import { encodeMessage } from 'pal-runtime/wire/colfer';
import { finished, PAL, shows, Workspace } from './palBundle';

const WINDOWS = process.platform === 'win32';
let workspace: Workspace;
const file = (name: string): string => path.join(workspace.path, name);

const PROGRAMS: Readonly<Record<string, string>> = {
  'hello.ts': `const text: string = 'hello'; console.log(text, ...process.argv.slice(2));`,
  'exit.ts': `process.exit(Number(process.argv[2]));`,
  'code.mts': `process.exitCode = 7; export {};`,
  'throws.ts': `throw new TypeError('out of main');`,
  'rejects.mts': `await Promise.reject(new Error('rejected')); export {};`,
  'waits.ts': `setInterval(() => {}, 1000); console.log('waiting');`,
  'handles.ts': `process.on('SIGTERM', () => { console.log('bye'); process.exit(5); }); setInterval(() => {}, 1000); console.log('waiting');`,
  'shop.ts': `
    class Cart { count = 0; add(n: number): number { this.count += n; return this.count; } }
    const cart = new Cart();
    for (let i = 1; i <= 3; i++) cart.add(i);
    console.log(cart.count);`,
  'parent.cjs': `
    const { spawnSync } = require('node:child_process');
    const child = spawnSync(process.execPath, ['shop.ts'.replace('.ts', '.cjs')], { stdio: 'inherit' });
    process.exit(child.status + 3);`,
  'shop.cjs': `class Cart { add(n) { return n + 1; } } console.log(new Cart().add(1));`,
  'broken.ts': `const x: = 1;`,
};

beforeAll(() => {
  workspace = new Workspace();
  writeFileSync(file('package.json'), JSON.stringify({ name: 'demo' }));
  for (const [name, text] of Object.entries(PROGRAMS)) writeFileSync(file(name), text);
});
afterAll(() => workspace.remove());

describe('the command line', () => {
  it('prints version and help on stdout', async () => {
    expect(await workspace.pal(['--version'])).toMatchObject({ code: 0, stdout: '0.1.0\n', stderr: '' });
    expect((await workspace.pal([])).stdout).toMatch(/^Usage: pal \[OPTIONS\] COMMAND\n/);
    expect((await workspace.pal(['run', '-h'])).stdout).toMatch(/^Usage: pal run /);
  });

  it('answers mistakes with exit code 2', async () => {
    const outcome = await workspace.pal(['nosuch']);
    expect(outcome).toMatchObject({ code: 2, stdout: '' });
    expect(outcome.stderr).toMatch(/^Unmatched argument at index 0: 'nosuch'\nUsage: pal /);
  });

  it('colours only where it is asked to', async () => {
    expect((await workspace.pal(['-h'])).stdout).not.toContain('\u001b[');
    expect((await workspace.pal(['-h'], { FORCE_COLOR: '1' })).stdout).toContain('\u001b[1mOptions:\u001b[22m');
    expect((await workspace.pal(['-h'], { FORCE_COLOR: '1', NO_COLOR: '1' })).stdout).not.toContain('\u001b[');
  });
});

describe('a long log', () => {
  const MESSAGES = 40_000;
  beforeAll(async () => {
    const writer = await openChronicleWriter(file('long'), { syncOnClose: false });
    for (let n = 0; n < MESSAGES; n += 1) {
      const execMessage = { messageId: `id${n}`, threadName: 't', returnValue: { isVoid: true } };
      writer.append(11, encodeMessage({ messageType: 11, execMessage }));
    }
    await writer.close();
  });

  it('ends quietly when the reader has seen enough', async () => {
    const child = workspace.start(['log', 'print', 'file:long']);
    child.stdout?.once('data', () => child.stdout?.destroy());
    let stderr = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    const code = await new Promise((resolve) => child.once('close', resolve));
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  });

  it.skipIf(!existsSync('/dev/full'))('says in one line that the output cannot be written', () => {
    const outcome = spawnSync('sh', ['-c', `"${process.execPath}" "${PAL}" log print file:long > /dev/full`], {
      cwd: workspace.path,
      encoding: 'utf8',
    });
    expect(outcome.status).toBe(1);
    expect(outcome.stderr).toMatch(/^Cannot write the output: ENOSPC.*\n$/);
  });

  it('is complete for a slow reader', async () => {
    const child = workspace.start(['log', 'print', 'file:long']);
    let text = '';
    child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
      child.stdout?.pause();
      setImmediate(() => child.stdout?.resume());
    });
    expect(await new Promise((resolve) => child.once('close', resolve))).toBe(0);
    const lines = text.split('\n');
    expect(lines.length).toBe(MESSAGES + 1);
    expect(lines[MESSAGES - 1]).toBe(`offset=${MESSAGES - 1} id=id${MESSAGES - 1} message=return void`);
  });

  it.each(['SIGINT', 'SIGTERM'] as const)('followed, ends with 130 on %s', async (signal) => {
    const child = workspace.start(['log', 'print', '-f', 'file:long']);
    await shows(child, 'stdout', `offset=${MESSAGES - 1} `);
    child.kill(signal);
    expect((await finished(child)).code).toBe(130);
  });
});

describe('pal run', () => {
  it.each<[string[], number, string]>([
    [['hello.ts', 'a', '--', '--b', '-V'], 0, 'hello a --b -V\n'],
    [['hello', 'a'], 0, 'hello a\n'],
    [['exit.ts', '9'], 9, ''],
    [['code.mts'], 7, ''],
    [['shop.ts'], 0, '6\n'],
  ])('%j ends with %i', async (words, code, stdout) => {
    for (const options of [[], ['-d', 'none'], ['--wal', `run-${words.join('')}.palrec`.replace(/[^\w.-]/g, '')]]) {
      expect(await workspace.pal(['run', ...options, ...words])).toEqual({ code, signal: null, stdout, stderr: '' });
    }
  });

  it('shows an uncaught error as Node does, exit 1', async () => {
    const outcome = await workspace.pal(['run', 'throws.ts']);
    expect(outcome).toMatchObject({ code: 1, stdout: '' });
    expect(outcome.stderr).toMatch(/throws\.ts:1\n[^]*TypeError: out of main/);
    expect((await workspace.pal(['run', 'rejects.mts'])).stderr).toContain('Error: rejected');
  });

  it('says what it cannot run', async () => {
    expect(await workspace.pal(['run', 'nosuch.ts'])).toMatchObject({
      code: 1,
      stderr: 'Error: Could not find or load main module nosuch.ts\n',
    });
    const broken = await workspace.pal(['run', 'broken.ts']);
    expect(broken.code).toBe(1);
    expect(broken.stderr).toContain('broken.ts');
  });

  it('records to a file of its own choice and says where', async () => {
    const outcome = await workspace.pal(['run', '--record', 'shop.ts']);
    expect(outcome).toMatchObject({ code: 0, stdout: '6\n' });
    const recording = /^pal: recorded ([\d,]+) messages \(.+\) to (pal-recordings.+\.palrec)\n$/.exec(outcome.stderr);
    expect(recording, outcome.stderr).not.toBeNull();
    const name = recording![2]!;
    const tree = await workspace.pal(['log', 'print', '--tree', name]);
    expect(tree).toMatchObject({ code: 0, stderr: '' });
    expect(tree.stdout.trimEnd().split('\n').length).toBe(Number(recording![1]!.replaceAll(',', '')));
    expect(tree.stdout).toMatch(/new Cart\n[^]*call Cart\.add@\d+\n *\[\d+\] get Cart\.count/);
    const where = await workspace.pal(['log', 'print', name, '--with-location', '--types', 'INSTANCE_METHOD']);
    expect(where.stdout).toMatch(/call Cart\.add@\d+ {2}\(shop\.ts:\d\)/);
    expect((await workspace.pal(['log', 'index', name])).stdout).toContain('Issues:        0');
    expect((await workspace.pal(['logs'])).stdout).toContain(path.basename(name));
    expect(JSON.parse((await workspace.pal(['log', 'stats', '-j', name])).stdout)).toMatchObject({
      methodsCalled: { 'Cart.add()': 3 },
    });
  });

  it('records the same to a queue, and copies one into the other', async () => {
    await workspace.pal(['run', '-w', 'file:q', 'shop.ts']);
    await workspace.pal(['run', '-w', 'q.palrec', 'shop.ts']);
    const lines = async (log: string): Promise<string[]> => {
      const { stdout } = await workspace.pal(['log', 'print', log]);
      return stdout.split('\n').map((line) => line.replace(/ id=\S+/, ''));
    };
    const queue = await lines('file:q');
    expect(queue.length).toBeGreaterThan(20);
    expect(await lines('q.palrec')).toEqual(queue);
    expect(await workspace.pal(['log', 'copy', 'q.palrec', 'file:q2'])).toMatchObject({ code: 0, stderr: '' });
    expect(await lines('file:q2')).toEqual(queue);
    expect((await workspace.pal(['log', 'copy', 'q.palrec', 'file:q2'])).code).toBe(1);
  });

  it.each([
    ['SIGTERM', 'waits.ts', 'SIGTERM', null],
    ['SIGINT', 'waits.ts', 'SIGINT', null],
    ['SIGTERM', 'handles.ts', null, 5],
  ] as const)('passes %s on to %s', async (signal, program, endSignal, code) => {
    const child = workspace.start(['run', '-w', `${program}-${signal}.palrec`, program]);
    const done = finished(child);
    await shows(child, 'stdout', 'waiting');
    child.kill(signal);
    expect(await done).toMatchObject({ signal: endSignal, code });
    expect((await workspace.pal(['log', 'print', `${program}-${signal}.palrec`])).code).toBe(0);
  });

  it('is listed while it runs, and names are unique', async () => {
    const child = workspace.start(['run', '-n', 'orders', '--tcp-pub', 'auto', '--ready', 'waits.ts']);
    const ready = await shows(child, 'stderr', '"ready"');
    expect(JSON.parse(ready)).toMatchObject({ pal: 'ready', name: 'orders' });
    expect((await workspace.pal(['peers'])).stdout).toBe('orders\n');
    expect((await workspace.pal(['peer', 'ls', '-l'])).stdout).toMatch(/ orders +localhost:\d+ +0:00:\d\d \n/);
    const second = await workspace.pal(['run', '-n', 'orders', 'hello.ts']);
    expect(second).toMatchObject({ code: 3, stdout: '' });
    expect(second.stderr).toContain('DuplicatePeerNameException');
    child.kill('SIGTERM');
    await finished(child);
    expect((await workspace.pal(['peers'])).stdout).toBe('');
  });

  it.skipIf(WINDOWS)('writes the ready line to a file descriptor', () => {
    const outcome = spawnSync('sh', ['-c', `"${process.execPath}" "${PAL}" run --ready-fd 3 hello.ts 3>ready.json`], {
      cwd: workspace.path,
      encoding: 'utf8',
      env: { ...process.env, PAL_LOCAL_HOME: file('home') },
    });
    expect(outcome).toMatchObject({ status: 0, stdout: 'hello\n', stderr: '' });
    expect(JSON.parse(readFileSync(file('ready.json'), 'utf8').split('\n')[0]!)).toMatchObject({ pal: 'ready' });
  });

  it('does not start with a port in use, a log that cannot be written, a name that is taken by a file', async () => {
    const server = net.createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as net.AddressInfo;
    const busy = await workspace.pal(['run', '-p', `127.0.0.1:${port}`, 'hello.ts']);
    server.close();
    expect({ stdout: busy.stdout, lines: busy.stderr.trimEnd().split('\n').length }).toEqual({ stdout: '', lines: 1 });
    expect(busy.code).toBe(8);
    expect(busy.stderr).toContain(String(port));
    for (const wal of ['hello.ts/x.palrec', 'file:hello.ts', 'file:hello.ts/q']) {
      const outcome = await workspace.pal(['run', '-w', wal, 'hello.ts']);
      expect({ wal, code: outcome.code, stdout: outcome.stdout }).toEqual({ wal, code: 7, stdout: '' });
      expect(outcome.stderr).toMatch(/^Error initializing Source\/Write-Ahead logs/);
    }
  });
});

describe('a place for recordings that cannot be made', () => {
  it('is one line, exit 7', async () => {
    const inFile = new Workspace();
    writeFileSync(path.join(inFile.path, 'pal-recordings'), 'a file');
    writeFileSync(path.join(inFile.path, 'app.js'), '');
    for (const words of [
      ['run', '--record', 'app.js'],
      ['exec', 'node', 'app.js'],
    ]) {
      const outcome = await inFile.pal(words);
      expect(outcome).toMatchObject({ code: 7, stdout: '' });
      expect(outcome.stderr).toMatch(/^Error initializing Source\/Write-Ahead logs: cannot create .+\n$/);
    }
    await inFile.remove();
  });
});

describe('pal exec', () => {
  it('records every Node process that a command starts, and ends as it ends', async () => {
    const outcome = await workspace.pal(['exec', '-w', 'exec/{pid}.palrec', '--', 'node', 'parent.cjs']);
    expect(outcome).toMatchObject({ code: 3, stdout: '2\n' });
    expect(outcome.stderr).toMatch(
      /^pal: 2 processes recorded\n( {2}recorded [\d,]+ messages \(.+\) to exec.\d+\.palrec\n){2}$/,
    );
    const logs = readdirSync(file('exec'));
    expect(logs.length).toBe(2);
    const trees = await Promise.all(
      logs.map((name) => workspace.pal(['log', 'print', '--tree', path.join('exec', name)])),
    );
    expect(trees.some(({ stdout }) => stdout.includes('call Cart.add'))).toBe(true);
  });

  it('has a default place for recordings', async () => {
    const outcome = await workspace.pal(['exec', 'node', 'shop.cjs']);
    expect(outcome.code).toBe(0);
    expect(outcome.stderr).toMatch(
      /^pal: 1 process recorded\n {2}recorded .+ to pal-recordings.node-\d{8}-\d{6}-\d+\.palrec\n$/,
    );
  });

  it('counts processes that ran no code of the user', async () => {
    const { stderr } = await workspace.pal(['exec', 'node', '-p', '1']);
    expect(stderr).toMatch(
      /^pal: 0 processes recorded \(1 more ran no code of yours\)\nNo code of yours was recorded\./,
    );
  });

  it.skipIf(WINDOWS)('says when there was nothing to record, or no command', async () => {
    const nothing = await workspace.pal(['exec', 'sh', '-c', 'exit 4']);
    expect(nothing).toMatchObject({
      code: 4,
      stderr: 'pal: nothing was recorded; the command started no Node process.\n',
    });
    expect(await workspace.pal(['exec', 'no-such-command'])).toMatchObject({
      code: 127,
      stderr: 'pal exec: command not found: no-such-command\n',
    });
    expect((await workspace.pal(['exec', '-w', 'x.palrec', 'node'])).code).toBe(2);
  });
});
