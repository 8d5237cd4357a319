import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';
import path from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { PalError } from '../../errors';
import { openChronicleReader } from './chronicleReader';
import { openChronicleWriter } from './chronicleWriter';
import { testFolder } from './fixtures.testUtil';
import { holdsLock } from './lockHolder';
import { readTableStore, UNLOCKED } from './tableStore';

const folder = testFolder();
afterAll(() => folder.remove());
let fresh = 0;
const newDir = (): string => path.join(folder.path, `new${++fresh}`);
const failure = async (work: Promise<unknown>): Promise<PalError> => {
  const error: unknown = await work.then(
    () => undefined,
    (e: unknown) => e,
  );
  expect(error).toBeInstanceOf(PalError);
  return error as PalError;
};

describe('the lock', () => {
  const lockOf = async (dir: string): Promise<bigint> =>
    (await readTableStore(dir))!.values.get('chronicle.write.lock')!.value;
  const setLock = async (dir: string, value: bigint): Promise<void> => {
    const { at } = (await readTableStore(dir))!.values.get('chronicle.write.lock')!;
    const fd = openSync(path.join(dir, 'metadata.cq4t'), 'r+');
    const word = Buffer.alloc(8);
    word.writeBigInt64LE(value);
    writeSync(fd, word, 0, 8, at);
    closeSync(fd);
  };

  it('is held while a writer is open, and refuses a second one with the pid', async () => {
    const dir = newDir();
    const writer = await openChronicleWriter(dir);
    expect(await lockOf(dir)).toBe(BigInt(process.pid));
    expect(await failure(openChronicleWriter(dir))).toMatchObject({ code: 'locked', data: { pid: process.pid } });
    await writer.close();
    await writer.close();
    expect(await lockOf(dir)).toBe(UNLOCKED);
    expect(() => writer.append(1, new Uint8Array(3))).toThrow(PalError);
  });

  it('of a dead process is taken over, of a live one is respected', async () => {
    const dir = folder.unpack('pal-default-5');
    await setLock(dir, 0x7fff_fff0n);
    const reader = await openChronicleReader(dir);
    expect(await reader.info()).toMatchObject({ state: 'interrupted' });
    await (await openChronicleWriter(dir)).close();
    await setLock(dir, BigInt(process.ppid) + (77n << 32n));
    expect(await failure(openChronicleWriter(dir))).toMatchObject({ code: 'locked', data: { pid: process.ppid } });
    expect(await reader.info()).toMatchObject({ state: 'open' });
    await reader.close();
  });
});

describe('the holder of a lock', () => {
  it('is this process, or its parent, if the lock was written after they began', () => {
    for (const pid of [process.pid, process.ppid]) {
      expect(holdsLock(pid, Date.now())).toBe(true);
      if (process.platform === 'linux' || pid === process.pid) expect(holdsLock(pid, 1_000_000_000_000)).toBe(false);
    }
  });

  it.skipIf(process.platform !== 'linux')('is gone when it ended, even while its parent has not noticed', async () => {
    // The shell becomes `sleep 60`, which does not collect its child.
    const parent = spawn('sh', ['-c', 'sleep 0.2 & echo $!; exec sleep 60'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const [line] = (await once(parent.stdout, 'data')) as [Buffer];
    const pid = Number(line.toString());
    await vi.waitFor(() => expect(readFileSync(`/proc/${pid}/stat`, 'latin1')).toMatch(/\) Z /), { timeout: 10_000 });
    expect(holdsLock(pid, Date.now())).toBe(false);
    parent.kill();
  });
});
