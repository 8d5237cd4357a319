import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { constants } from 'node:os';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { findNodes } from '../nodes';
import { buildRuntime, PeerLab, readLog } from './peers';

const lab = new PeerLab();
beforeAll(buildRuntime, 300_000);
beforeEach(() => lab.freshHome());
afterAll(() => lab.cleanUp());

/** Does one operation that the log must hold, then what `ending` says. */
const endingIn = (ending: string, file = 'app.cjs'): string =>
  lab.program(
    file,
    `class Mark { done(n) { return n; } }
     const mark = new Mark();
     process.on('exit', () => mark.done(42));
     mark.done(1);
     ${ending}`,
  );

let logs = 0;
const newLog = (): string => lab.path(`log${logs++}.palrec`);

describe.each(findNodes())('on Node $major', ({ path: node }) => {
  test.each([
    ['app.ts', 'class Cart { total: number = 0; add(n: number): this { this.total += n; return this; } }'],
    ['app.mjs', 'class Cart { total = 0; add(n) { this.total += n; return this; } }'],
    ['app.cjs', 'class Cart { total = 0; add(n) { this.total += n; return this; } }'],
  ])('%s is recorded from its main call to its end, and sees nothing of it', async (file, source) => {
    const program = lab.program(
      file,
      `${source}
       new Cart().add(5);
       console.log(JSON.stringify([process.execArgv, Object.keys(process.env).filter((key) => key.startsWith('PAL_RUN')),
         process.listenerCount('exit'), process.listenerCount('SIGTERM'), process.argv.slice(2)]));`,
    );
    // Bare Node 20 runs no TypeScript; what it would say is known.
    const bare = file.endsWith('.ts')
      ? { code: 0, signal: null, stdout: '[[],[],0,0,["a","b c"]]\n', stderr: '' }
      : await lab.spawn(node, [program, 'a', 'b c']).ended;
    for (const wal of [newLog(), `file:${lab.path(`queue${logs++}`)}`]) {
      const outcome = await lab.run(program, { wal, args: ['a', 'b c'] }, node);
      expect(outcome).toEqual(bare);
      const { lines, info, messages } = await readLog(wal);
      expect(info.state).toBe('clean');
      expect(lines[0]).toBe('self-caller: call $module.main');
      expect(messages[0]?.execMessage).toMatchObject({ entryPoint: true, peerUuid: expect.any(Uint8Array) as unknown });
      expect(messages[0]?.execMessage?.classMethodCall?.args?.[0]).toMatchObject({
        clazz: { name: '[Ljava.lang.String;' },
        value: '["a","b c"]',
      });
      expect(lines.at(-1)).toBe('self-caller: return void');
      expect(lines.filter((line) => /call Cart\.add@|put Cart\.total@.*=5/.test(line))).toHaveLength(2);
    }
    expect(await lab.directory().listPeers()).toEqual([]);
  });

  test.each([
    ['the end of its work', '', { code: 0, signal: null }],
    ['process.exit', 'process.exit(3);', { code: 3, signal: null }],
    ['process.exit in an exit listener', "process.on('exit', () => process.exit(6));", { code: 6, signal: null }],
    ['process.exitCode', 'process.exitCode = 4;', { code: 4, signal: null }],
    ['an uncaught exception', "throw new Error('boom');", { code: 1, signal: null }],
    ['an unhandled rejection', "Promise.reject(new Error('boom'));", { code: 1, signal: null }],
    ['process.exit in a timer', 'setTimeout(() => process.exit(5), 5);', { code: 5, signal: null }],
  ])('%s closes the log and keeps the exit code', async (_name, ending, expected) => {
    const wal = newLog();
    const outcome = await lab.run(endingIn(ending), { wal }, node);
    expect(outcome).toMatchObject(expected);
    const { info, lines } = await readLog(wal);
    expect(info.state).toBe('clean');
    expect(lines.filter((line) => /call Mark\.done/.test(line))).toHaveLength(2);
    expect(await lab.directory().listPeers()).toEqual([]);
  });

  test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    '%s without a handler ends it by that signal, log closed',
    async (signal) => {
      const wal = newLog();
      const peer = lab.start(endingIn("console.log('up'); setInterval(() => {}, 1000);"), { wal }, node);
      await peer.said('up');
      peer.child.kill(signal);
      expect(await peer.ended).toMatchObject({ code: null, signal });
      const { info, lines } = await readLog(wal);
      expect(info.state).toBe('clean');
      expect(lines.at(-1)).toBe(`self-caller: return int(=${128 + constants.signals[signal]})`);
      expect(await lab.directory().listPeers()).toEqual([]);
    },
  );

  test('the program keeps its own signal handlers, also those for one time', async () => {
    const wal = newLog();
    const own = lab.start(
      endingIn("process.on('SIGTERM', () => process.exit(9)); console.log('up'); setInterval(() => {}, 1000);"),
      { wal },
      node,
    );
    await own.said('up');
    own.child.kill('SIGTERM');
    expect(await own.ended).toMatchObject({ code: 9, signal: null });
    const once_ = lab.start(
      endingIn("process.once('SIGTERM', () => console.log('once')); console.log('up'); setInterval(() => {}, 1000);"),
      { wal: newLog() },
      node,
    );
    await once_.said('up');
    once_.child.kill('SIGTERM');
    await once_.said('once');
    once_.child.kill('SIGTERM');
    expect(await once_.ended).toMatchObject({ code: null, signal: 'SIGTERM' });
  });

  test('process.abort ends it by SIGABRT, log closed', async () => {
    const wal = newLog();
    expect(await lab.run(endingIn('process.abort();'), { wal }, node)).toMatchObject({ code: null, signal: 'SIGABRT' });
    expect((await readLog(wal)).info.state).toBe('clean');
  });

  test('a program that kills itself has what it did before in the log', async () => {
    const wal = newLog();
    const killed = await lab.run(endingIn("process.kill(process.pid, 'SIGKILL');"), { wal }, node);
    expect(killed).toMatchObject({ code: null, signal: 'SIGKILL' });
    const { info, lines } = await readLog(wal);
    expect(info.state).toBe('interrupted');
    expect(lines.some((line) => /return int\(=1\)/.test(line))).toBe(true);
  });
});

test('--no-wal-incoming-cli leaves the main call out', async () => {
  const wal = newLog();
  await lab.run(endingIn(''), { wal, walIncomingCli: false });
  const { lines } = await readLog(wal);
  expect(lines.some((line) => /\.main$/.test(line))).toBe(false);
  expect(lines[0]).toMatch(/new Mark/);
});

test('a service stays after its main module until it is told to go', async () => {
  const wal = newLog();
  const peer = lab.start(endingIn("console.log('main is over');"), { wal, asService: true, name: 'service' });
  await peer.said('main is over');
  expect((await lab.directory().findPeer('service'))?.alive).toBe(true);
  peer.child.kill('SIGTERM');
  expect((await peer.ended).signal).toBe('SIGTERM');
  expect((await readLog(wal)).info.state).toBe('clean');
});

test('a live name is refused with exit code 3; a crashed holder is seen as dead and gives its name up', async () => {
  const program = endingIn("console.log('up'); setInterval(() => {}, 1000);");
  const first = lab.start(program, { wal: newLog(), name: 'orders' });
  await first.said('up');
  const directory = lab.directory();
  const holder = await directory.findPeer('orders');
  expect(holder).toMatchObject({ alive: true, pid: first.child.pid, main: program });
  expect((await directory.listLogs()).map((log) => log.uuid)).toContain(holder?.walLog);

  const refusedLog = newLog();
  const second = await lab.run(endingIn("console.log('ran');"), { wal: refusedLog, name: 'orders' });
  expect(second).toMatchObject({ code: 3, stdout: '' });
  expect(second.stderr).toMatch(new RegExp(`^Error registering self as peer: .*'orders'.*${holder!.uuid}.*\\n$`));
  expect(existsSync(refusedLog)).toBe(false);

  first.child.kill('SIGKILL');
  await first.ended;
  expect((await directory.findPeer('orders'))?.alive).toBe(false);
  expect(await lab.run(endingIn(''), { wal: newLog(), name: 'orders' })).toMatchObject({ code: 0 });
  expect(await directory.listPeers()).toEqual([]);
});

test('READY and STOPPED lines are one JSON object each', async () => {
  const wal = newLog();
  const { stderr } = await lab.run(endingIn(''), {
    wal,
    name: 'ready',
    ready: 'stderr',
    uuid: '0f1e2d3c-4b5a-4978-b1a2-9384756f5e4d',
  });
  const [up, down] = stderr
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(up).toMatchObject({ pal: 'ready', uuid: '0f1e2d3c-4b5a-4978-b1a2-9384756f5e4d', name: 'ready', wal });
  expect(down).toMatchObject({ pal: 'stopped', messages: (await readLog(wal)).messages.length, pubDropped: 0 });
});

describe('a peer that cannot start says why in one line and the program does not run', () => {
  const program = (): string => endingIn("console.log('ran');");

  test('log below a file: exit code 7', async () => {
    writeFileSync(lab.path('file'), '');
    for (const wal of [lab.path('file/x.palrec'), `file:${lab.path('file/queue')}`]) {
      const outcome = await lab.run(program(), { wal });
      expect(outcome).toMatchObject({ code: 7, stdout: '' });
      expect(outcome.stderr).toMatch(/^Error initializing Source\/Write-Ahead logs: .*file.*\n$/);
    }
  });

  test('log that exists: exit code 7, untouched', async () => {
    const wal = newLog();
    await lab.run(endingIn(''), { wal });
    const before = await readLog(wal);
    expect(await lab.run(program(), { wal })).toMatchObject({ code: 7, stdout: '' });
    expect((await readLog(wal)).lines).toEqual(before.lines);
  });

  test('read-only file system: exit code 7, permission', async (context) => {
    const folder = mounted('ro', 'ro,size=1m');
    if (folder === undefined) return context.skip('needs root to mount a read-only file system');
    for (const wal of [`${folder.path}/x.palrec`, `file:${folder.path}/queue`]) {
      const outcome = await lab.run(program(), { wal });
      expect(outcome).toMatchObject({ code: 7, stdout: '' });
      expect(outcome.stderr).toMatch(/^Error initializing Source\/Write-Ahead logs: .*\n$/);
    }
    folder.unmount();
  });

  test('busy PUB port: exit code 8, no log left behind', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    const wal = newLog();
    const outcome = await lab.run(program(), { wal, tcpPub: `tcp://localhost:${port}` });
    server.close();
    expect(outcome).toMatchObject({ code: 8, stdout: '' });
    expect(outcome.stderr).toMatch(new RegExp(`^Error starting service: PUB port localhost:${port} is in use.*\\n$`));
    expect(existsSync(wal)).toBe(false);
    expect(await lab.directory().listPeers()).toEqual([]);
  });

  test('unknown directory: exit code 14', async () => {
    expect(await lab.run(program(), { directory: 'localhost:1' })).toMatchObject({ code: 14, stdout: '' });
  });
});

test.each(['palrec', 'file:'])('a full disk stops recording (%s) with one line, not the program', async (format) => {
  const folder = mounted(`full${format.length}`, format === 'palrec' ? 'size=256k' : 'size=64m');
  if (folder === undefined) {
    console.warn('left out: a full disk needs root to mount a small file system');
    return;
  }
  const wal = format === 'palrec' ? `${folder.path}/x.palrec` : `file:${folder.path}/queue`;
  const program = lab.program(
    'app.cjs',
    `class Filler { fill(text) { return text.length; } }
     const filler = new Filler();
     let sum = 0;
     for (let i = 0; i < 400000; i++) sum += filler.fill('entry ' + i);
     console.log('sum', sum > 0);`,
  );
  const outcome = await lab.run(program, { wal });
  expect(outcome).toMatchObject({ code: 0, stdout: 'sum true\n' });
  expect(outcome.stderr).toMatch(/^pal: recording stopped, the program goes on: .*\n$/);
  const { lines } = await readLog(wal);
  expect(lines.length).toBeGreaterThan(1000);
  folder.unmount();
});

/** A small file system of its own; undefined where mounting is not allowed. */
function mounted(name: string, options: string): { readonly path: string; unmount(): void } | undefined {
  const path = lab.path(name);
  mkdirSync(path, { recursive: true });
  const mount = spawnSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', path]);
  if (mount.status !== 0) return undefined;
  return { path, unmount: () => void spawnSync('umount', ['-l', path]) };
}

test('nothing is left in the temporary places', () => {
  expect(readdirSync(lab.folder).filter((name) => name.endsWith('.new') || name.endsWith('.tmp'))).toEqual([]);
});
