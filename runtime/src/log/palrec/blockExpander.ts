/**
 * Compact entries of a DATA block → PAL messages, from any entry on. One per source of a recording.
 *
 * Invariant: a message has the same bytes whether it is reached by reading through or by seeking, and the same as the live stream had.
 */
import { Expander } from '../../entry/expand';
import type { Definitions } from '../../entry/definitions';
import type { SiteTable } from '../../entry/sites';
import { type DataBlock, entryOf } from './contentBlocks';
import { PalrecEntry } from './palrecEntry';

const CHUNK = 64 * 1024;

export interface FoundTable {
  readonly base: number;
  readonly table: SiteTable;
}

export class BlockExpander {
  private readonly expander: Expander;
  /** Where the expander stands: in front of entry `entry` of `block`. */
  private block: DataBlock | undefined;
  private entry = 0;
  private chunk = Buffer.alloc(0);
  private used = 0;

  constructor(
    peerUuid: string,
    sourceContext: boolean,
    definitions: Definitions,
    findTable: (site: number) => FoundTable | undefined,
  ) {
    this.expander = new Expander({
      peerUuid,
      sourceContext,
      definitions,
      onUnknownSite: (site) => {
        const found = findTable(site);
        if (found !== undefined) this.expander.addSites(found.base, found.table);
      },
    });
  }

  /** Messages of `block` from offset `from` on, at least one and about `max`, to the end of `entries`. */
  expand(block: DataBlock, from: number, max: number, entries: PalrecEntry[]): void {
    const { messages, starts, words } = block;
    const first = block.place.firstOffset;
    const start = this.enter(block, from - first);
    let last = start;
    const enough = Math.min(from - first + max, block.place.messages);
    while (messages[last]! < enough) last++;
    let offset = first + messages[start]!;
    this.expander.feed(words, starts[start]!, starts[last]!, {
      message: (type, _phase, bytes, begin, end) => {
        if (offset >= from) entries.push(this.copy(offset, type, bytes, begin, end));
        offset++;
      },
    });
    this.entry = last;
  }

  /** Brings the expander in front of the entries that make message `message`; returns the number of the first of them. */
  private enter(block: DataBlock, message: number): number {
    const { messages } = block;
    if (this.block === block && messages[this.entry] === message) return this.entry;
    let entry = entryOf(block, message);
    // What prepares the message (copies, errors, clock) stands before it.
    while (entry > 0 && messages[entry - 1] === messages[entry]) entry--;
    this.expander.restore(block.state);
    this.expander.skip(block.words, 0, block.starts[entry]!);
    this.block = block;
    return entry;
  }

  private copy(offset: number, type: number, bytes: Buffer, start: number, end: number): PalrecEntry {
    const size = end - start;
    if (this.used + size > this.chunk.length) {
      this.chunk = Buffer.allocUnsafe(Math.max(CHUNK, size));
      this.used = 0;
    }
    bytes.copy(this.chunk, this.used, start, end);
    this.used += size;
    return new PalrecEntry(offset, type, this.chunk, this.used - size, this.used);
  }
}
