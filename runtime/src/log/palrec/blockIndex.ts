/**
 * Where the blocks of a recording are: the sparse index. Filled from the INDEX block, or by hopping from header to header; grows while a
 * recording is followed.
 *
 * Invariant: content blocks are in order of their offsets and do not overlap; a block that would break this is refused.
 */
import { BlockType, DataField, DefsField, fieldU64, MessagesField, SitesField } from './format';
import { NumberColumn } from './numberColumn';

export interface BlockPlace {
  readonly position: number;
  readonly length: number;
}

/** A DATA or MESSAGES block. */
export interface ContentBlock extends BlockPlace {
  readonly number: number;
  readonly type: number;
  readonly source: number;
  readonly firstOffset: number;
  readonly messages: number;
}

/** Kinds of definitions, as their place in the fields of a DEFS header. */
export type DefinitionKind = (typeof DefsField)[keyof typeof DefsField];

export class BlockIndex {
  /** Logical offset after the last message. */
  nextOffset = 0;
  /** Compact entries in all DATA blocks. */
  entries = 0;
  private readonly positions = new NumberColumn();
  private readonly lengths = new NumberColumn();
  /** type + 256 · source */
  private readonly kinds = new NumberColumn();
  private readonly firsts = new NumberColumn();
  private readonly counts = new NumberColumn();
  /** Wall clock at the start of each content block, microseconds since the Unix epoch. */
  private readonly times = new NumberColumn();
  private readonly definitions: DefinitionPlaces[][] = [];
  private readonly siteBases = new NumberColumn();
  private readonly siteCounts = new NumberColumn();
  private readonly sitePositions = new NumberColumn();
  private readonly siteLengths = new NumberColumn();

  /** Number of content blocks. */
  get length(): number {
    return this.positions.length;
  }

  get siteTables(): number {
    return this.sitePositions.length;
  }

  /**
   * Adds the next block of the file.
   * @returns false when its offsets contradict the blocks before (it is not added).
   */
  add(type: number, source: number, position: number, length: number, fields: Uint32Array, micros: number): boolean {
    switch (type) {
      case BlockType.DATA: {
        const first = fieldU64(fields, DataField.FIRST_OFFSET);
        if (!this.addContent(type, source, position, length, first, fields[DataField.MESSAGES]!, micros)) return false;
        this.entries += fields[DataField.ENTRIES]!;
        return true;
      }
      case BlockType.MESSAGES: {
        const first = fieldU64(fields, MessagesField.FIRST_OFFSET);
        return this.addContent(type, source, position, length, first, fields[MessagesField.MESSAGES]!, micros);
      }
      case BlockType.DEFS:
        for (const kind of Object.values(DefsField)) {
          if (fields[kind]! <= fields[kind + 1]!) {
            this.definitionsOf(source, kind).add(fields[kind]!, fields[kind + 1]!, position, length);
          }
        }
        return true;
      case BlockType.SITES:
        this.siteBases.push(fields[SitesField.BASE]!);
        this.siteCounts.push(fields[SitesField.COUNT]!);
        this.sitePositions.push(position);
        this.siteLengths.push(length);
        return true;
      default:
        return true; // INDEX, END, and types of later versions, which say nothing about what is known here
    }
  }

  block(number: number): ContentBlock {
    const kind = this.kinds.at(number);
    return {
      number,
      type: kind % 256,
      source: Math.floor(kind / 256),
      position: this.positions.at(number),
      length: this.lengths.at(number),
      firstOffset: this.firsts.at(number),
      messages: this.counts.at(number),
    };
  }

  /** Number of the block that holds message `offset`, or of the first one after it; `length` when there is none. */
  find(offset: number): number {
    const number = this.firsts.lastAtMost(offset);
    if (number >= 0 && offset < this.firsts.at(number) + this.counts.at(number)) return number;
    return number + 1;
  }

  /** Number of the last content block that begins at or before a time (microseconds since the Unix epoch); 0 when all begin later. */
  findTime(micros: number): number {
    return Math.max(0, this.times.lastAtMost(micros));
  }

  /** Blocks that may define `id`, most likely first. */
  definitionBlocks(source: number, kind: DefinitionKind, id: number): BlockPlace[] {
    return this.definitionsOf(source, kind).find(id);
  }

  siteTable(number: number): BlockPlace & { base: number; count: number } {
    return {
      base: this.siteBases.at(number),
      count: this.siteCounts.at(number),
      position: this.sitePositions.at(number),
      length: this.siteLengths.at(number),
    };
  }

  /** The table that holds a site, or undefined. Bases ascend, but nothing breaks when they do not. */
  findSite(site: number): (BlockPlace & { base: number; count: number }) | undefined {
    const likely = this.siteBases.lastAtMost(site);
    for (let i = this.siteTables, number = likely; i > 0; i--, number = number > 0 ? number - 1 : this.siteTables - 1) {
      if (number < 0) number = this.siteTables - 1;
      const table = this.siteTable(number);
      if (site >= table.base && site < table.base + table.count) return table;
    }
    return undefined;
  }

  private addContent(
    type: number,
    source: number,
    position: number,
    length: number,
    first: number,
    messages: number,
    micros: number,
  ): boolean {
    if (first < this.nextOffset || first > Number.MAX_SAFE_INTEGER - messages) return false;
    this.positions.push(position);
    this.lengths.push(length);
    this.kinds.push(type + 256 * source);
    this.firsts.push(first);
    this.counts.push(messages);
    this.times.push(micros);
    this.nextOffset = first + messages;
    return true;
  }

  private definitionsOf(source: number, kind: DefinitionKind): DefinitionPlaces {
    return ((this.definitions[source] ??= [])[kind / 2] ??= new DefinitionPlaces());
  }
}

/** Which blocks define which ids. Ids mostly ascend through a file; ranges may overlap. */
class DefinitionPlaces {
  private readonly lowest = new NumberColumn();
  private readonly highest = new NumberColumn();
  /** Highest id up to and including each block. */
  private readonly reach = new NumberColumn();
  private readonly positions = new NumberColumn();
  private readonly lengths = new NumberColumn();
  private ascending = true;

  add(lowest: number, highest: number, position: number, length: number): void {
    const last = this.lowest.length - 1;
    if (last >= 0 && lowest < this.lowest.at(last)) this.ascending = false;
    this.reach.push(last >= 0 ? Math.max(highest, this.reach.at(last)) : highest);
    this.lowest.push(lowest);
    this.highest.push(highest);
    this.positions.push(position);
    this.lengths.push(length);
  }

  find(id: number): BlockPlace[] {
    const found: BlockPlace[] = [];
    const start = this.ascending ? this.lowest.lastAtMost(id) : this.lowest.length - 1;
    for (let i = start; i >= 0 && this.reach.at(i) >= id; i--) {
      if (this.lowest.at(i) > id || this.highest.at(i) < id) continue;
      found.push({ position: this.positions.at(i), length: this.lengths.at(i) });
    }
    return found;
  }
}
