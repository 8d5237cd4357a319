/**
 * A growing table of int32 by index, for facts about objects and threads of a program that never ends. Zero = nothing stored.
 *
 * Pages that were not used for long are kept deflated: such numbers (classes of objects in order of creation) repeat, so an old entry
 * costs a fraction of a byte. Nothing is forgotten.
 */
import { deflateRawSync, inflateRawSync } from 'node:zlib';

const PAGE_BITS = 16;
const PAGE_SIZE = 1 << PAGE_BITS;
const PAGE_MASK = PAGE_SIZE - 1;
/** 256 pages of 256 KiB: 16 million entries at hand. */
const OPEN_PAGES = 256;
/** Tables that are cleared often are small: their pages are kept. */
const REUSED_PAGES = 2;

export class PagedInts {
  private readonly open: (Int32Array | undefined)[] = [];
  private readonly packed = new Map<number, Buffer>();
  /** Number of page openings at the last use of each page. */
  private lastUse = new Float64Array(64);
  private openings = 0;
  private count = 0;

  /** @param openPages pages that are kept ready. */
  constructor(private readonly openPages: number = OPEN_PAGES) {}

  get(index: number): number {
    const number = index >>> PAGE_BITS;
    let page = this.open[number];
    if (page === undefined) {
      if (!this.packed.has(number)) return 0;
      page = this.openPage(number);
    }
    this.lastUse[number] = this.openings;
    return page[index & PAGE_MASK]!;
  }

  set(index: number, value: number): void {
    const number = index >>> PAGE_BITS;
    const page = this.open[number] ?? this.openPage(number);
    this.lastUse[number] = this.openings;
    page[index & PAGE_MASK] = value;
  }

  clear(): void {
    this.packed.clear();
    if (this.count <= REUSED_PAGES) {
      for (const page of this.open) page?.fill(0);
      return;
    }
    this.open.length = 0;
    this.count = 0;
  }

  /** Bytes held, open and packed. */
  get memory(): number {
    let bytes = this.count * PAGE_SIZE * 4;
    for (const page of this.packed.values()) bytes += page.length;
    return bytes;
  }

  private openPage(number: number): Int32Array {
    if (this.count >= this.openPages) this.packOldest();
    const packed = this.packed.get(number);
    const page = new Int32Array(PAGE_SIZE);
    if (packed !== undefined) {
      new Uint8Array(page.buffer).set(inflateRawSync(packed));
      this.packed.delete(number);
    }
    this.open[number] = page;
    this.count++;
    this.openings++;
    if (number >= this.lastUse.length) {
      const larger = new Float64Array(Math.max(2 * this.lastUse.length, number + 1));
      larger.set(this.lastUse);
      this.lastUse = larger;
    }
    return page;
  }

  private packOldest(): void {
    let oldest = -1;
    this.open.forEach((page, number) => {
      if (page !== undefined && (oldest < 0 || this.lastUse[number]! < this.lastUse[oldest]!)) oldest = number;
    });
    if (oldest < 0) return;
    const page = this.open[oldest]!;
    this.packed.set(oldest, deflateRawSync(new Uint8Array(page.buffer), { level: 1 }));
    this.open[oldest] = undefined;
    this.count--;
  }
}
