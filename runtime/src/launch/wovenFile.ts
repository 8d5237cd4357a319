/**
 * A woven file as it is kept: the text with site literals to be filled in, the site table, and what is needed to get from a place
 * in the woven text back to the original one. Also its binary form for the on-disk cache.
 *
 * Layout of the binary form (little endian): 8 words header (magic, checksum of all that follows the checksum, byte lengths of the
 * sections, bytes per character), then meta JSON, sites JSON, details JSON, literal words (offsets, then sites), text; each section padded to 4 bytes.
 * The text is stored as Latin-1 or UTF-16, so that literals are patched in place and a warm start builds one string per file.
 *
 * Invariants: `decodeWovenFile` answers undefined for anything that is not exactly what `encodeWovenFile` wrote; sites and details are parsed only
 * when somebody asks.
 */
import type { Site } from '../entry/sites';
import type { ModuleFormat } from './sourceFiles';

export interface WovenMeta {
  readonly format: ModuleFormat | undefined;
  /** Path of the original source after source maps, absolute. */
  readonly source: string;
  /** sha-256 of the original source, hex. */
  readonly hash: string;
  readonly moduleClass: string;
  readonly siteCount: number;
}

/** Position data of a file, needed for stack traces, `toString` and source maps only. */
export interface WovenDetails {
  /** Three numbers per edit: start and end in the input, length of the text that replaced it; ascending. */
  readonly edits: readonly number[];
  /** Replaced input text by index of the edit (pure insertions are absent). */
  readonly replaced: Readonly<Record<number, string>>;
  /** For an edit whose own calls stand for an original call: input offset that positions inside it mean. */
  readonly positions: Readonly<Record<number, number>>;
  /** Mappings from the weaver's input to the file on disk; undefined when they are the same text. */
  readonly mappings: string | undefined;
}

export interface WovenContents {
  readonly meta: WovenMeta;
  readonly sites: readonly Site[];
  readonly details: WovenDetails;
  readonly literalOffsets: Uint32Array;
  readonly literalSites: Uint32Array;
  readonly code: string;
}

const MAGIC = 0x314c4150; // "PAL1"
const HEADER_WORDS = 8;
const HEX = '0123456789abcdef';

export class WovenFile {
  readonly #bytes: Buffer;
  readonly #sites: Buffer;
  readonly #details: Buffer;
  readonly #literals: Uint32Array;
  readonly #wide: boolean;
  readonly meta: WovenMeta;

  constructor(meta: WovenMeta, sites: Buffer, details: Buffer, literals: Uint32Array, text: Buffer, wide: boolean) {
    this.meta = meta;
    this.#sites = sites;
    this.#details = details;
    this.#literals = literals;
    this.#bytes = text;
    this.#wide = wide;
  }

  sites(): readonly Site[] {
    return (JSON.parse(this.#sites.toString('utf8')) as SiteTuple[]).map(
      ([kind, className, member, line, column, flags]) => ({ kind, className, member, line, column, flags }),
    );
  }

  details(): WovenDetails {
    return JSON.parse(this.#details.toString('utf8')) as WovenDetails;
  }

  /** Woven text whose site numbers start at `base`. Call once: the text is patched in place. */
  code(base: number): string {
    const count = this.#literals.length / 2;
    const step = this.#wide ? 2 : 1;
    for (let i = 0; i < count; i++) {
      let at = this.#literals[i]! * step;
      const site = base + this.#literals[count + i]!;
      for (let shift = 20; shift >= 0; shift -= 4) {
        this.#bytes[at] = HEX.charCodeAt((site >>> shift) & 15);
        at += step;
      }
    }
    return this.#wide ? this.#bytes.toString('utf16le') : this.#bytes.toString('latin1');
  }
}

type SiteTuple = [Site['kind'], string, string, number, number, number];

/** Binary form of a woven file, for the cache. */
export function encodeWovenFile(contents: WovenContents): Buffer {
  const wide = /[^\0-\xff]/.test(contents.code);
  const sections = [
    Buffer.from(JSON.stringify(contents.meta)),
    Buffer.from(
      JSON.stringify(contents.sites.map((s): SiteTuple => [s.kind, s.className, s.member, s.line, s.column, s.flags])),
    ),
    Buffer.from(JSON.stringify(contents.details)),
    Buffer.from(Uint32Array.from([...contents.literalOffsets, ...contents.literalSites]).buffer),
    Buffer.from(contents.code, wide ? 'utf16le' : 'latin1'),
  ];
  const size = HEADER_WORDS * 4 + sections.reduce((sum, section) => sum + padded(section.length), 0);
  const out = Buffer.alloc(size);
  out.writeUInt32LE(MAGIC, 0);
  sections.forEach((section, index) => out.writeUInt32LE(section.length, 8 + index * 4));
  out.writeUInt32LE(wide ? 2 : 1, 28);
  let at = HEADER_WORDS * 4;
  for (const section of sections) {
    section.copy(out, at);
    at += padded(section.length);
  }
  out.writeUInt32LE(checksum(out), 4);
  return out;
}

/** Reads the binary form; undefined when it is damaged or of another version. Keeps `bytes`, which must not be used afterwards. */
export function decodeWovenFile(bytes: Buffer): WovenFile | undefined {
  if (bytes.length < HEADER_WORDS * 4 || bytes.length % 4 !== 0 || bytes.readUInt32LE(0) !== MAGIC) return undefined;
  const sections: Buffer[] = [];
  let at = HEADER_WORDS * 4;
  for (let index = 0; index < 5; index++) {
    const length = bytes.readUInt32LE(8 + index * 4);
    if (at + length > bytes.length) return undefined;
    sections.push(bytes.subarray(at, at + length));
    at += padded(length);
  }
  if (at !== bytes.length || bytes.readUInt32LE(4) !== checksum(bytes)) return undefined;
  const [meta, sites, details, literals, text] = sections as [Buffer, Buffer, Buffer, Buffer, Buffer];
  try {
    return new WovenFile(
      JSON.parse(meta.toString('utf8')) as WovenMeta,
      sites,
      details,
      new Uint32Array(literals.buffer.slice(literals.byteOffset, literals.byteOffset + literals.length)),
      text,
      bytes.readUInt32LE(28) === 2,
    );
  } catch {
    return undefined;
  }
}

function padded(length: number): number {
  return (length + 3) & ~3;
}

/** Order-dependent sum over all words after the checksum itself: finds torn and damaged files, not forged ones. */
function checksum(bytes: Buffer): number {
  const words =
    bytes.byteOffset % 4 === 0
      ? new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length >>> 2)
      : new Uint32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
  let sum = 0x811c9dc5;
  for (let i = 2; i < words.length; i++) sum = Math.imul(sum ^ words[i]!, 0x01000193);
  return sum >>> 0;
}
