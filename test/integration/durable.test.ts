import { plainRunConfig } from '../plainRunConfig';
import { fork } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { existsSync, statSync } from 'node:fs';
import { createServer, get } from 'node:http';
import { createServer as createTcpServer, type AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { findNodes } from '../nodes';
import { buildRuntime, deferred, PeerLab, readLog, registerFile } from './peers';

const lab = new PeerLab();
beforeAll(buildRuntime, 300_000);
beforeEach(() => lab.freshHome());
afterAll(() => lab.cleanUp());

/** More than the host thread has written by the time of the acknowledgement, unless somebody waits for it. */
const OPERATIONS = 20_000;

/** Each way out of a process: how the program acknowledges, given a port and a path, and how the test hears of it. */
const waysOut: Readonly<Record<string, string>> = {
  'a TCP socket': "require('node:net').connect(port, '127.0.0.1', function () { work(); this.write('done'); });",
  'an HTTP response':
    "require('node:http').createServer((req, res) => { work(); res.end('done'); }).listen(0, '127.0.0.1', function () { process.send({ port: this.address().port }); });",
  'an HTTP request': "work(); require('node:http').get({ port, host: '127.0.0.1', path: '/done' });",
  'a datagram':
    "const socket = require('node:dgram').createSocket('udp4'); work(); socket.send('done', port, '127.0.0.1');",
  'a file, by promise': "work(); require('node:fs/promises').writeFile(path, 'done');",
  'a file, by callback': "work(); require('node:fs').writeFile(path, 'done', () => {});",
  'a file stream':
    "const stream = require('node:fs').createWriteStream(path); stream.on('open', () => { work(); stream.write('done'); });",
  'a message to the parent': "work(); process.send('done');",
  'a child process': "work(); require('node:child_process').spawn('sh', ['-c', 'echo done > ' + path]);",
  'a synchronous child process':
    "work(); require('node:child_process').execFileSync('sh', ['-c', 'echo done > ' + path]);",
};

describe.each(findNodes())('on Node $major', ({ path: node }) => {
  test.each(Object.entries(waysOut))('what was done before %s survives SIGKILL', async (_name, acknowledge) => {
    const heard = deferred<undefined>();
    const hear = (): void => heard.resolve(undefined);
    const tcp = createTcpServer((socket) => socket.once('data', hear)).listen(0, '127.0.0.1');
    const http = createServer(hear).listen(0, '127.0.0.1');
    const udp = createSocket('udp4').bind(0, '127.0.0.1');
    udp.once('message', hear);
    await Promise.all([once(tcp, 'listening'), once(http, 'listening'), once(udp, 'listening')]);
    const server = acknowledge.includes('node:http') ? http : acknowledge.includes('node:dgram') ? udp : tcp;
    const { port } = server.address() as AddressInfo;
    const path = lab.path(`acknowledged${Math.random()}`);
    const program = lab.program(
      'app.cjs',
      `class Ledger { enter(n) { return n; } }
       const ledger = new Ledger();
       const port = ${port};
       const path = ${JSON.stringify(path)};
       const work = () => { for (let n = 1; n <= ${OPERATIONS}; n++) ledger.enter(n); };
       setInterval(() => {}, 1000);
       ${acknowledge}`,
    );
    const wal = lab.path(`durable${Math.random()}.palrec`);
    const child = fork(program, {
      execPath: node,
      execArgv: ['--require', registerFile],
      env: {
        ...process.env,
        PAL_LOCAL_HOME: lab.home,
        PAL_RUN_CONFIG: JSON.stringify(
          plainRunConfig({
            wal,
            durable: true,
            main: program,
            values: { mode: 'refs', depth: 0, members: 0, bytes: 64 },
          }),
        ),
      },
    });
    const exited = once(child, 'exit');
    try {
      child.on('message', (message) => {
        if (message === 'done') hear();
        else
          get({ ...(message as { port: number }), host: '127.0.0.1' }, (response) => response.once('data', hear)).on(
            'error',
            () => undefined,
          );
      });
      const file = async (): Promise<void> => {
        while (!(existsSync(path) && statSync(path).size > 0) && child.exitCode === null) await wait(1);
      };
      await (acknowledge.includes('path') && !acknowledge.includes('/done') ? file() : heard.promise);
    } finally {
      child.kill('SIGKILL');
      await exited;
      tcp.close();
      http.close();
      udp.close();
    }
    const { messages } = await readLog(wal);
    const completed = messages.filter(({ execMessage }) => execMessage?.returnValue?.from?.method?.name === 'enter');
    expect(completed).toHaveLength(OPERATIONS);
  });
});
