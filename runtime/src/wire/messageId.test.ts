import { describe, expect, it } from 'vitest';
import { MessageIds, randomMessageId } from './messageId';
import { uuidToBytes } from './uuid';

/** Two numbers below 2^64 in base 62. */
function wellFormed(id: string): boolean {
  const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
  const value = (text: string): bigint =>
    Array.from(text).reduce((sum, digit) => sum * 62n + BigInt(digits.indexOf(digit)), 0n);
  return /^[0-9A-Za-z]{22}$/.test(id) && value(id.slice(0, 11)) < 1n << 64n && value(id.slice(11)) < 1n << 64n;
}

describe('message ids', () => {
  const ids = new MessageIds(uuidToBytes('0f1e2d3c-4b5a-6978-b1a2-9384756f5e4d'));
  const others = new MessageIds(uuidToBytes('0f1e2d3c-4b5a-6978-b1a2-9384756f5e4e'));
  const offsets = [0, 1, 2, 61, 0x1fff_ffff, 0x2000_0000, 0x2000_0001, 2 ** 40 + 7, Number.MAX_SAFE_INTEGER];

  it('look like those of PAL', () => {
    for (let i = 0; i < 1000; i++) expect(wellFormed(randomMessageId()) && wellFormed(ids.text(i * 7919))).toBe(true);
  });

  it('are the same for the same peer and offset, and lead back to the offset', () => {
    for (const offset of offsets) {
      expect(ids.text(offset)).toBe(new MessageIds(uuidToBytes('0f1e2d3c-4b5a-6978-b1a2-9384756f5e4d')).text(offset));
      expect(ids.offsetOf(ids.text(offset))).toBe(offset);
    }
  });

  it('differ between offsets and between peers', () => {
    const seen = new Set<string>();
    for (let offset = 0; offset < 20_000; offset++) seen.add(ids.text(offset)).add(others.text(offset));
    expect(seen.size).toBe(40_000);
    expect(randomMessageId()).not.toBe(randomMessageId());
  });

  it('of other peers, or changed by hand, are not taken for ours', () => {
    expect(ids.offsetOf(others.text(5))).toBeUndefined();
    expect(ids.offsetOf(randomMessageId())).toBeUndefined();
    expect(ids.offsetOf('')).toBeUndefined();
    expect(ids.offsetOf('-'.repeat(22))).toBeUndefined();
    const id = ids.text(5);
    for (let i = 0; i < id.length; i++) {
      const changed = id.slice(0, i) + (id[i] === 'x' ? 'y' : 'x') + id.slice(i + 1);
      expect(ids.offsetOf(changed)).toBeUndefined();
    }
  });
});
