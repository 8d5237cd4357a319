import { plainRunConfig } from '../plainRunConfig';
import { once } from 'node:events';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { buildRuntime, palFile, PeerLab, readLog } from './peers';

const lab = new PeerLab();
beforeAll(buildRuntime, 300_000);
beforeEach(() => lab.freshHome());
afterAll(() => lab.cleanUp());

let folders = 0;
const newFolder = (): string => lab.path(`out${folders++}`);
const pal = (...args: readonly string[]) => lab.spawn(process.execPath, [palFile, ...args]);

describe('pal run', () => {
  test('ends with the exit code of the program', async () => {
    const program = lab.program('app.cjs', 'console.log(process.argv.slice(2).join()); process.exitCode = 5;');
    const wal = join(newFolder(), 'a.palrec');
    expect(await pal('run', '-w', wal, program, '--', 'x', '--y').ended).toMatchObject({
      code: 5,
      signal: null,
      stdout: 'x,--y\n',
    });
    expect((await readLog(wal)).info.state).toBe('clean');
  });

  test('passes a signal on and ends by it', async () => {
    const program = lab.program('app.cjs', "console.log('up'); setInterval(() => {}, 1000);");
    const wal = join(newFolder(), 'a.palrec');
    const peer = pal('run', '-w', wal, program);
    await peer.said('up');
    peer.child.kill('SIGTERM');
    expect(await peer.ended).toMatchObject({ code: null, signal: 'SIGTERM' });
    expect((await readLog(wal)).info.state).toBe('clean');
    expect(await lab.directory().listPeers()).toEqual([]);
  });

  test('a handler of the program gets the signal once', async () => {
    const program = lab.program(
      'app.cjs',
      "let n = 0; process.on('SIGTERM', () => { n++; setTimeout(() => process.exit(20 + n), 100); }); console.log('up'); setInterval(() => {}, 1000);",
    );
    const peer = pal('run', '-w', join(newFolder(), 'a.palrec'), program);
    await peer.said('up');
    peer.child.kill('SIGTERM');
    expect(await peer.ended).toMatchObject({ code: 21, signal: null });
  });

  test('a program too busy to react, without a handler, ends by the signal all the same, log closed', async () => {
    const program = lab.program('app.cjs', "require('node:fs').writeSync(1, 'busy'); for (;;);");
    const wal = join(newFolder(), 'a.palrec');
    const peer = pal('run', '-w', wal, program);
    await peer.said('busy');
    peer.child.kill('SIGTERM');
    expect(await peer.ended).toMatchObject({ code: null, signal: 'SIGTERM' });
    expect((await readLog(wal)).info.state).toBe('clean');
    expect(await lab.directory().listPeers()).toEqual([]);
  });

  test('a busy program with a handler of its own is left alone', async () => {
    const program = lab.program(
      'app.cjs',
      `process.on('SIGTERM', () => { console.log('handled'); process.exit(8); });
       require('node:fs').writeSync(1, 'busy');
       const end = Date.now() + 2500;
       while (Date.now() < end);
       setInterval(() => {}, 1000);`,
    );
    const peer = pal('run', '-w', join(newFolder(), 'a.palrec'), program);
    await peer.said('busy');
    peer.child.kill('SIGTERM');
    expect(await peer.ended).toMatchObject({ code: 8, signal: null });
  });

  test('child processes of the program are not peers', async () => {
    const child = lab.program(
      'child.cjs',
      "console.log('child', process.execArgv.length, process.env.PAL_RUN_CONFIG);",
    );
    const program = lab.program('app.cjs', `require('node:child_process').fork(${JSON.stringify(child)});`);
    const folder = newFolder();
    const outcome = await pal('run', '-w', join(folder, 'a.palrec'), program).ended;
    expect(outcome).toMatchObject({ code: 0, stdout: 'child 0 undefined\n' });
    expect(readdirSync(folder)).toEqual(['a.palrec']);
  });
});

describe('pal exec', () => {
  const chain = (): string => {
    const inner = lab.program('inner.cjs', "class Inner { work() { return 'in'; } } console.log(new Inner().work());");
    const outer = lab.program(
      'outer.cjs',
      `class Outer { work() { return 'out'; } }
       console.log(new Outer().work());
       require('node:child_process').execFileSync(process.execPath, [${JSON.stringify(inner)}], { stdio: 'inherit' });`,
    );
    return `node ${outer} && node ${inner}; exit 3`;
  };

  test.each(['{n}.palrec', 'file:{n}'])(
    'every Node process of a command has a log of its own (%s)',
    async (template) => {
      const folder = newFolder();
      const wal = template.startsWith('file:') ? `file:${join(folder, template.slice(5))}` : join(folder, template);
      const outcome = await pal('exec', '-w', wal, '--', 'sh', '-c', chain()).ended;
      expect(outcome).toMatchObject({ code: 3, signal: null, stdout: 'out\nin\nin\n' });
      const names = readdirSync(folder).sort();
      expect(names).toHaveLength(3);
      const logs = await Promise.all(
        names.map((name) => readLog(template.startsWith('file:') ? `file:${join(folder, name)}` : join(folder, name))),
      );
      const made = logs.map(({ lines }) =>
        lines.filter((line) => /: new /.test(line)).map((line) => line.replace(/.*: /, '')),
      );
      expect(made.sort()).toEqual([['new Inner'], ['new Inner'], ['new Outer']]);
      expect(logs.map((log) => log.info.state)).toEqual(['clean', 'clean', 'clean']);
      expect(await lab.directory().listPeers()).toEqual([]);
    },
  );

  test('one of the processes has the name, the others run without', async () => {
    const outcome = await pal('exec', '-n', 'suite', '-w', join(newFolder(), '{n}.palrec'), '--', 'sh', '-c', chain())
      .ended;
    expect(outcome).toMatchObject({ code: 3, stdout: 'out\nin\nin\n' });
    expect(outcome.stderr).not.toMatch(/not recorded/);
  });

  test('recording that cannot start never breaks the command', async () => {
    writeFileSync(lab.path('blocked'), '');
    const program = lab.program('app.cjs', "console.log('ran'); process.exitCode = 4;");
    const peer = lab.spawn(process.execPath, [program], {
      NODE_OPTIONS: `--require ${join(palFile, '../register.js')}`,
      PAL_RUN_CONFIG: JSON.stringify(plainRunConfig({ mode: 'exec', wal: lab.path('blocked/{pid}.palrec') })),
    });
    const outcome = await peer.ended;
    expect(outcome).toMatchObject({ code: 4, stdout: 'ran\n' });
    expect(outcome.stderr).toMatch(/^pal: this process is not recorded: .*blocked.*\n$/);
    const torn = lab.spawn(process.execPath, [program], {
      NODE_OPTIONS: `--require ${join(palFile, '../register.js')}`,
      PAL_RUN_CONFIG: '{',
    });
    expect(await torn.ended).toMatchObject({ code: 4, stdout: 'ran\n' });
  });

  test('a command that is not there ends with 127', async () => {
    expect(await pal('exec', '--', 'no-such-command-here').ended).toMatchObject({ code: 127 });
  });
});

test('the preload without a configuration does nothing', async () => {
  const program = lab.program('app.cjs', 'console.log(Object.keys(globalThis).length > 0, typeof __pal_on);');
  const child = lab.spawn(process.execPath, ['--require', join(palFile, '../register.js'), program]);
  await once(child.child, 'exit');
  expect(await child.ended).toMatchObject({ code: 0, stdout: 'true undefined\n' });
});
