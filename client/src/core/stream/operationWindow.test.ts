import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LogReader } from 'pal-runtime/log/log';
import { openLog, openLogWriter } from 'pal-runtime/log/openLog';
import { encodeMessage } from 'pal-runtime/wire/colfer';
import { FakePeer } from '../../testing/pubMessages';
import { operationWindow } from './operationWindow';

const folder = mkdtempSync(path.join(tmpdir(), 'pal-window-'));
const count = 3_000;

async function record(name: string, peer: FakePeer): Promise<string> {
  for (let n = 0; n < count; n++) peer.call('Cart', `add${n}`);
  const file = path.join(folder, name);
  const writer = await openLogWriter(file);
  for (const message of peer.messages) writer.append(message.messageType!, encodeMessage(message));
  await writer.close();
  return file;
}

let ours: LogReader;
let foreign: LogReader;
beforeAll(async () => {
  ours = await openLog(await record('ours.palrec', new FakePeer()));
  foreign = await openLog(await record('foreign.palrec', new FakePeer({ foreignIds: true })));
});
afterAll(async () => {
  await ours.close();
  await foreign.close();
  rmSync(folder, { recursive: true });
});

describe('the part of a recording around a message', () => {
  it.each([0, 199, 1_500, count - 1])('holds the message %i on the line it tells', async (offset) => {
    const found = (await operationWindow(ours, { offset }, '/w'))!;
    const lines = found.text.split('\n');
    expect(lines[found.line]).toMatch(new RegExp(`\\[${offset}\\] call Cart.add${offset}\\(\\)  \\(src/cart.ts:7\\)$`));
    expect(found.first).toBe(Math.max(0, offset - 200));
    expect(lines[0]).toContain(`[${found.first}]`);
    expect(lines.at(-2)).toContain(`[${found.last}]`);
  });

  it('is found by the id of the message where its offset is unknown', async () => {
    const found = (await operationWindow(foreign, { id: 'id-1234' }, ''))!;
    expect(found.text.split('\n')[found.line]).toContain('add1234()');
  });

  it('is none when the log does not hold the message', async () => {
    expect(await operationWindow(ours, { offset: count }, '')).toBeUndefined();
    expect(await operationWindow(foreign, { id: 'unknown' }, '')).toBeUndefined();
  });

  it('ends when it is no longer wanted', async () => {
    const abort = new AbortController();
    abort.abort();
    expect(await operationWindow(foreign, { id: 'id-2999' }, '', abort.signal)).toBeUndefined();
  });
});
