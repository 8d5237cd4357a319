import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PalError } from '../errors';
import { openLog, openLogWriter, resolveLogName } from './openLog';

let cwd = '';
beforeEach(() => {
  cwd = mkdtempSync(path.join(tmpdir(), 'pal-open-'));
});
afterEach(() => {
  rmSync(cwd, { recursive: true, force: true });
});

describe('names of logs', () => {
  it('take a queue relative to the base directory if it is there, else to the working directory if it is there', () => {
    const baseDir = path.join(cwd, 'base');
    const at = (name: string): string => resolveLogName(name, { cwd, baseDir }).path;
    expect(at('file:q')).toBe(path.join(baseDir, 'q'));
    mkdirSync(path.join(cwd, 'q'));
    expect(at('file:q')).toBe(path.join(cwd, 'q'));
    mkdirSync(path.join(baseDir, 'q'), { recursive: true });
    expect(at('file:q')).toBe(path.join(baseDir, 'q'));
    expect(at('file:/abs/q')).toBe(path.resolve('/abs/q'));
    expect(resolveLogName('file:q', { cwd })).toEqual({ kind: 'chronicle', path: path.join(cwd, 'q') });
    expect(resolveLogName('file:q', { cwd, baseDir: 'base' }).path).toBe(path.join(baseDir, 'q'));
  });

  it('take a recording by its suffix, and any other existing file as one', () => {
    expect(resolveLogName('a.palrec', { cwd })).toEqual({ kind: 'palrec', path: path.join(cwd, 'a.palrec') });
    writeFileSync(path.join(cwd, 'kept'), '');
    expect(resolveLogName('kept', { cwd }).kind).toBe('palrec');
  });

  it('that are no paths are not found, with what to give instead', () => {
    expect(() => resolveLogName('orders', { cwd })).toThrow(/no log 'orders': give NAME.palrec/);
    mkdirSync(path.join(cwd, 'orders'));
    writeFileSync(path.join(cwd, 'orders', 'metadata.cq4t'), '');
    expect(() => resolveLogName('orders', { cwd })).toThrow(/give file:orders/);
    expect(() => resolveLogName('file:', { cwd })).toThrow(PalError);
  });
});

describe('opening a log', () => {
  it.each([
    ['missing.palrec', 'not-found'],
    ['file:missing', 'not-found'],
    ['topic', 'not-found'],
    ['text.txt', 'not-a-log'],
    ['folder.palrec', 'not-a-log'],
  ])('%s fails as %s', async (name, code) => {
    writeFileSync(path.join(cwd, 'text.txt'), 'hello');
    mkdirSync(path.join(cwd, 'folder.palrec'));
    await expect(openLog(name, { cwd })).rejects.toMatchObject({ name: 'PalError', code });
  });

  it.each(['x.palrec', 'file:x'])('%s gives back what was written to it', async (name) => {
    const writer = await openLogWriter(name, { cwd });
    writer.append(10, Uint8Array.of(1, 2, 3));
    writer.append(255, Uint8Array.of());
    await writer.flush();
    await writer.close();
    const reader = await openLog(name, { cwd });
    expect(reader.kind).toBe(writer.kind);
    expect(reader.name).toBe(writer.name);
    const entries = await reader.read(10);
    expect(entries.map((entry) => [entry.offset, entry.messageType, [...entry.bytes()]])).toEqual([
      [0, 10, [1, 2, 3]],
      [1, 255, []],
    ]);
    await reader.close();
  });
});
