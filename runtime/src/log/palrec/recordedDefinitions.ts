/**
 * Definitions of a recording, looked up when they are needed: the DEFS block that defines an id is found through the index and decoded; the
 * blocks used last are kept. Opening a recording of any size reads no definition at all.
 *
 * Invariants: memory is bounded by `CACHED_BLOCKS` blocks (strings, classes of objects) plus the classes and threads met so far; an id whose
 * block is damaged is unknown, and the damage is told to `onDamage` once per block.
 */
import { Definitions, type ClassDefinition } from '../../entry/definitions';
import { PagedInts } from '../../entry/pagedInts';
import { PalError } from '../../errors';
import { type BlockIndex, type BlockPlace, type DefinitionKind } from './blockIndex';
import { DefinitionBlock } from './definitionBlock';
import { DefsField } from './format';
import type { RecordingBytes } from './recordingBytes';

const CACHED_BLOCKS = 64;
const CACHED_NAMES = 4096;

export class RecordedDefinitions extends Definitions {
  /** By position; the most recently used last. */
  private readonly blocks = new Map<number, DefinitionBlock | undefined>();
  private lastStrings: DefinitionBlock | undefined;
  private lastObjects: DefinitionBlock | undefined;
  private readonly names = new Map<number, string>();
  /** Parent + 1 of each thread met; 0 = not met. */
  private readonly parents = new PagedInts();

  constructor(
    private readonly bytes: RecordingBytes,
    private readonly index: BlockIndex,
    private readonly source: number,
    private readonly onDamage: (error: PalError) => void,
  ) {
    super();
  }

  override string(id: number): string {
    const text = this.lastStrings?.string(id);
    if (text !== undefined) return text;
    for (const place of this.places(DefsField.STRINGS, id)) {
      const block = this.load(place);
      const found = block?.string(id);
      if (found === undefined) continue;
      this.lastStrings = block;
      return found;
    }
    return super.string(id);
  }

  override class(id: number): ClassDefinition | undefined {
    const known = super.class(id);
    if (known !== undefined) return known;
    for (const place of this.places(DefsField.CLASSES, id)) {
      for (const definition of this.load(place)?.classes() ?? []) {
        this.defineClass(definition.id, definition.flags, definition.name);
      }
    }
    return super.class(id);
  }

  override classOf(ref: number): ClassDefinition | undefined {
    let id = this.lastObjects?.classOf(ref);
    if (id === undefined) {
      for (const place of this.places(DefsField.OBJECTS, ref)) {
        const block = this.load(place);
        id = block?.classOf(ref);
        if (id === undefined) continue;
        this.lastObjects = block;
        break;
      }
    }
    return id === undefined ? undefined : this.class(id);
  }

  override threadName(id: number): string {
    const known = this.names.get(id);
    if (known !== undefined) return known;
    let missing = false;
    for (let next = id; next !== 0;) {
      if (this.parents.get(next) === 0) this.loadThreads(next);
      const found = this.parents.get(next);
      if (found === 0) missing = true;
      next = Math.max(0, found - 1);
    }
    const name = super.threadName(id);
    if (missing) return name; // may be defined later in a recording that is being written
    if (this.names.size >= CACHED_NAMES) this.names.clear();
    this.names.set(id, name);
    return name;
  }

  private loadThreads(id: number): void {
    for (const place of this.places(DefsField.THREADS, id)) {
      for (const thread of this.load(place)?.threads() ?? []) {
        // A parent is older than its children: chains end, also in a file that was tampered with.
        const parent = thread.parent < thread.id ? thread.parent : 0;
        this.parents.set(thread.id, parent + 1);
        this.defineThread(thread.id, parent, thread.kind, thread.n);
      }
    }
  }

  private places(kind: DefinitionKind, id: number): BlockPlace[] {
    return this.index.definitionBlocks(this.source, kind, id);
  }

  private load(place: BlockPlace): DefinitionBlock | undefined {
    const { blocks } = this;
    if (blocks.has(place.position)) {
      const block = blocks.get(place.position);
      blocks.delete(place.position);
      blocks.set(place.position, block);
      return block;
    }
    let block: DefinitionBlock | undefined;
    try {
      block = new DefinitionBlock(this.bytes.block(place.position, place.length).payload);
    } catch (error) {
      if (!PalError.is(error, 'corrupt')) throw error;
      this.onDamage(error);
    }
    if (blocks.size >= CACHED_BLOCKS) blocks.delete(blocks.keys().next().value!);
    blocks.set(place.position, block);
    return block;
  }
}
