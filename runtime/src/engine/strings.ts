/**
 * Texts → ids, written to the ring once each. Invariants: bounded memory (the table starts anew when it is full; old ids stay
 * valid for the reader); texts over the byte limit are cut and say by how much. Little-endian packing as words.ts describes.
 */
import { Kind } from '../entry/words';
import { charCodeAt, SafeMap, stringSlice } from './intrinsics';
import type { Ring } from './ring';
import { Control } from './ringLayout';

const MAX_ENTRIES = 1 << 16;
const MAX_UNITS = 1 << 22;
/** Ids have 29 bits in a value word. */
const MAX_ID = (1 << 28) - 1;
const LATIN1 = 0x80000000 | 0;
const RECENT = 8;
const CACHE_SLOTS = 512;
const CACHED_LENGTH = 24;
/** Flag of DEF_STRING. */
const NEW_TABLE = 2;

export class Strings {
  private table = new SafeMap<string, number>();
  private units = 0;
  private next = 1;
  private readonly cache: string[] = [];
  private readonly cacheIds = new Int32Array(CACHE_SLOTS);
  private readonly bytes: Uint8Array;
  private readonly halves: Uint16Array;
  /** Long texts are not kept in the table; the last few are known by content. */
  private readonly recent: string[] = ['', '', '', '', '', '', '', ''];
  private readonly recentIds = new Int32Array(RECENT);
  private recentAt = 0;

  constructor(
    private readonly ring: Ring,
    private readonly limit: number,
  ) {
    const { buffer, byteOffset } = ring.data;
    this.bytes = new Uint8Array(buffer, byteOffset);
    this.halves = new Uint16Array(buffer, byteOffset);
    for (let i = 0; i < CACHE_SLOTS; i++) this.cache[i] = '';
  }

  id(text: string): number {
    // Most texts of a program are few and short: a direct-mapped cache in front of the table.
    const { length } = text;
    if (length === 0 || length > CACHED_LENGTH) return this.table.get(text) ?? this.define(text);
    const slot = (length + charCodeAt(text, 0) * 5 + charCodeAt(text, length - 1) * 31) & (CACHE_SLOTS - 1);
    if (this.cache[slot] === text) return this.cacheIds[slot]!;
    const id = this.table.get(text) ?? this.define(text);
    this.cache[slot] = text;
    this.cacheIds[slot] = id;
    return id;
  }

  private define(text: string): number {
    const { length } = text;
    if (length > this.limit) return this.defineLong(text);
    const id = this.next++;
    let flags = 0;
    if (this.table.size >= MAX_ENTRIES || this.units > MAX_UNITS) {
      this.table = new SafeMap<string, number>();
      this.units = 0;
      for (let i = 0; i < CACHE_SLOTS; i++) this.cache[i] = '';
      flags = NEW_TABLE; // the reader may forget what is older than the table just ended
    }
    this.table.set(text, id);
    this.units += length;
    this.write(text, length, id, flags);
    return id;
  }

  private clear(): void {
    this.table = new SafeMap<string, number>();
    this.units = 0;
  }

  /** When the ids are used up they begin anew: a definition makes its id mean the new text, so nothing old may be remembered. */
  private newId(): number {
    if (this.next > MAX_ID) {
      this.next = 1;
      this.clear();
      for (let i = 0; i < CACHE_SLOTS; i++) this.cache[i] = '';
      for (let i = 0; i < RECENT; i++) this.recent[i] = '';
    }
    return this.next++;
  }

  private defineLong(text: string): number {
    for (let i = 0; i < RECENT; i++) if (this.recent[i] === text) return this.recentIds[i]!;
    const id = this.newId();
    const cut = `${stringSlice(text, 0, this.limit)}…+${text.length - this.limit}`;
    this.write(cut, cut.length, id, 1);
    this.recent[this.recentAt] = text;
    this.recentIds[this.recentAt] = id;
    this.recentAt = (this.recentAt + 1) % RECENT;
    return id;
  }

  private write(text: string, length: number, id: number, flags: number): void {
    const { ring } = this;
    const { data } = ring;
    const start = ring.reserve(3 + ((length + 1) >> 1));
    data[start] = Kind.DEF_STRING | (flags << 5);
    data[start + 1] = id;
    let seen = 0;
    let byte = (start + 3) * 4;
    const { bytes } = this;
    data[start + 3 + ((length - 1) >> 2)] = 0;
    for (let i = 0; i < length; i++) {
      const unit = charCodeAt(text, i);
      seen |= unit;
      bytes[byte++] = unit;
    }
    if (seen < 256) {
      data[start + 2] = length | LATIN1;
      ring.control[Control.APP_INDEX] = start + 3 + ((length + 3) >> 2);
      // The last word's unused bytes are zero: the loop wrote only `length` of them.
      return;
    }
    data[start + 2] = length;
    data[start + 3 + ((length - 1) >> 1)] = 0;
    let half = (start + 3) * 2;
    for (let i = 0; i < length; i++) this.halves[half++] = charCodeAt(text, i);
    ring.control[Control.APP_INDEX] = start + 3 + ((length + 1) >> 1);
  }
}
