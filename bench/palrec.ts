/**
 * Recordings: append, scan, decode, open at entry N, against JSON lines and, where they are installed, SQLite and LMDB
 * (`npm install --no-save better-sqlite3 lmdb`). Each ratio is to JSON lines of the same entries in the same run. Medians.
 *
 * One compact entry is one line, row or record elsewhere. An order: a call, four field reads, two field writes, a return: 14 messages.
 */
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, statSync, writeSync } from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { SiteKind, type SiteTable } from '../runtime/src/entry/sites';
import { valueLength } from '../runtime/src/entry/wordLength';
import { Kind, Tag } from '../runtime/src/entry/words';
import type { RecordingHeader } from '../runtime/src/log/log';
import { openPalrecReader } from '../runtime/src/log/palrec/palrecReader';
import { PalrecWriter } from '../runtime/src/log/palrec/palrecWriter';
import type { PalrecWriterOptions } from '../runtime/src/log/palrec/palrecWriterOptions';

const ORDERS = 125_000;
const ENTRIES = ORDERS * 8;
const REPEATS = 5;
const SEEKS = 2000;
/** Rows a transaction. */
const BATCH = 10_000;
const folder = mkdtempSync(path.join(os.tmpdir(), 'pal-palrec-'));
const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1]!;
const percentile = (values: readonly number[], p: number): number =>
  [...values].sort((a, b) => a - b)[Math.floor((values.length - 1) * p)]!;

const header: RecordingHeader = {
  format: 1,
  peerUuid: '7d0a53a5-1f6b-4f0e-9a52-6f2f5b0c1d11',
  peerName: 'bench',
  main: 'orders.ts',
  args: [],
  cwd: '/',
  startedAt: new Date().toISOString(),
  runtime: process.version,
  scope: null,
  values: 'refs',
};
const field = (member: string, kind: number): SiteTable['sites'][number] => ({
  kind: kind as never,
  className: '',
  member,
  line: 1,
  column: 1,
  flags: 0,
});
const table: SiteTable = {
  url: 'file:///orders.js',
  source: '/orders.ts',
  moduleClass: 'bench.orders.$module',
  hash: '',
  sites: [
    { kind: SiteKind.METHOD, className: 'bench.orders.Order', member: 'total', line: 1, column: 1, flags: 0 },
    ...['id', 'lines', 'price', 'status'].map((name) => field(name, SiteKind.FIELD_GET)),
    ...['sum', 'state'].map((name) => field(name, SiteKind.FIELD_PUT)),
  ],
};

interface Words {
  readonly definitions: Int32Array;
  readonly words: Int32Array;
}

/** Orders in the shape a program makes them: a new object for every tenth, money as doubles, few texts. */
function orders(): Words {
  const definitions = [1, 2, 3, 4].flatMap((id) => [Kind.DEF_STRING, id, 0x80000004 | 0, 0x6f6e6500 | (0x60 + id)]);
  definitions.push(Kind.DEF_CLASS | (1 << 5), 1, 1, Kind.DEF_THREAD, 1, 0, 2, 1, (1 << 8) | (1 << 5) | Kind.SWITCH);
  const words = new Int32Array(ORDERS * 40);
  const money = new Float64Array(1);
  const moneyWords = new Int32Array(money.buffer);
  let at = 0;
  let refs = 0;
  const put = (...values: number[]): void => {
    for (const value of values) words[at++] = value;
  };
  for (let i = 0; i < ORDERS; i++) {
    if (i % 10 === 0) put(Kind.DEF_OBJECT, ++refs, 1);
    const self = (Math.max(1, refs - (i % 7)) << 3) | Tag.REF;
    put((1 << 8) | (1 << 5) | Kind.CALL, self, (i % 1000) << 3);
    put((2 << 8) | Kind.GET, self, i << 3);
    put((3 << 8) | Kind.GET, self, ((i * 7) % 300) << 3);
    money[0] = ((i * 37) % 20_000) / 100;
    put((4 << 8) | Kind.GET, self, Tag.DOUBLE, moneyWords[0]!, moneyWords[1]!);
    put((5 << 8) | Kind.GET, self, ((1 + (i % 4)) << 3) | Tag.STRING);
    money[0] = ((i * 91) % 900_000) / 100;
    put((6 << 8) | Kind.PUT, self, Tag.DOUBLE, moneyWords[0]!, moneyWords[1]!);
    put((7 << 8) | Kind.PUT, self, ((1 + (i % 3)) << 3) | Tag.STRING);
    put((1 << 8) | Kind.RETURN, Tag.DOUBLE, moneyWords[0]!, moneyWords[1]!);
  }
  return { definitions: Int32Array.from(definitions), words: words.slice(0, at) };
}

interface Row {
  readonly kind: number;
  readonly site: number;
  readonly a: number;
  readonly b: number;
}

/** The same entries as records, for the others. */
function rows({ words }: Words): Row[] {
  const all: Row[] = [];
  for (let at = 0; at < words.length;) {
    const kind = words[at]! & 31;
    if (kind === Kind.DEF_OBJECT) {
      at += 3;
      continue;
    }
    const values: number[] = [];
    let next = at + 1;
    for (let n = kind === Kind.RETURN ? 1 : 2; n > 0; n--) {
      const word = words[next]!;
      values.push(word === Tag.DOUBLE ? new Float64Array(words.slice(next + 1, next + 3).buffer)[0]! : word);
      next += valueLength(word);
    }
    all.push({ kind, site: words[at]! >>> 8, a: values[0]!, b: values[1] ?? 0 });
    at = next;
  }
  return all;
}

interface Candidate {
  readonly what: string;
  readonly work: () => unknown;
  /** Bytes it left on disk, after the last round. */
  readonly bytes?: () => number;
}

/** Median milliseconds of each candidate. They take turns, so that a busy moment of the machine hits all alike; the first turn warms up. */
async function measure(candidates: readonly Candidate[]): Promise<number[]> {
  const times: number[][] = candidates.map(() => []);
  for (let round = 0; round <= REPEATS; round++) {
    for (const [i, { work }] of candidates.entries()) {
      const begin = performance.now();
      await work();
      if (round > 0) times[i]!.push(performance.now() - begin);
    }
  }
  return times.map(median);
}

/** Native modules that a bench may use but nothing needs. */
function optional(name: string): unknown {
  try {
    return createRequire(path.join(process.env['PAL_ROOT'] ?? '.', 'package.json'))(name);
  } catch {
    console.log(`${name} is not installed: skipped`);
    return undefined;
  }
}

const line = (what: string, ...columns: (string | number)[]): void =>
  console.log(what.padEnd(38) + columns.map((column) => String(column).padStart(11)).join(''));
const rate = (ms: number, count = ENTRIES): string => (count / 1000 / ms).toFixed(2);

async function main(): Promise<void> {
  const stream = orders();
  const records = rows(stream);
  if (records.length !== ENTRIES) throw new Error(`${records.length} entries made`);
  const messages = ORDERS * 14;
  const jsonl = path.join(folder, 'x.jsonl');
  const recording = path.join(folder, 'x.palrec');
  const sqliteFile = path.join(folder, 'x.sqlite');
  const Sqlite = optional('better-sqlite3') as (new (file: string) => SqliteDatabase) | undefined;
  const lmdb = optional('lmdb') as { open(options: object): LmdbStore } | undefined;
  const store = lmdb?.open({
    path: path.join(folder, 'lmdb'),
    noSync: true,
    keyEncoding: 'uint32',
    encoding: 'binary',
  });

  const recordings = (
    [
      ['.palrec, sync at the end', { syncIntervalMs: Infinity }],
      ['.palrec, sync every 100 ms', {}],
      ['.palrec, 8 KiB blocks', { blockBytes: 8192 }],
      ['.palrec, 4 KiB blocks, each synced', { blockBytes: 4096, syncIntervalMs: 0 }],
    ] as const
  ).map(([what, options], i): Candidate => {
    const file = `${recording}${i}`;
    return { what, work: () => record(file, stream, options), bytes: () => statSync(file).size };
  });
  const appends: Candidate[] = [
    {
      what: 'JSON lines, 64 KiB writes, no sync',
      work: () => writeLines(jsonl, records),
      bytes: () => statSync(jsonl).size,
    },
    ...recordings,
  ];
  if (Sqlite !== undefined) {
    const work = (): void => fillSqlite(new Sqlite(sqliteFile), records);
    appends.push({ what: 'better-sqlite3, 10,000 a transaction', work, bytes: () => statSync(sqliteFile).size });
  }
  if (store !== undefined) {
    const bytes = (): number => statSync(path.join(folder, 'lmdb', 'data.mdb')).size;
    appends.push({ what: 'lmdb, 10,000 a transaction, no sync', work: () => fillLmdb(store, records), bytes });
  }
  console.log(`${ENTRIES.toLocaleString('en')} compact entries = ${messages.toLocaleString('en')} PAL messages\n`);
  line('append', 'M entries/s', 'M msg/s', 'B/entry', 'x JSONL');
  const appended = await measure(appends);
  for (const [i, { what, bytes }] of appends.entries()) {
    const ms = appended[i]!;
    line(what, rate(ms), rate(ms, messages), (bytes!() / ENTRIES).toFixed(2), (appended[0]! / ms).toFixed(1));
  }
  record(recording, stream, {});

  const scans: Candidate[] = [
    { what: 'JSON lines, parsed', work: () => parseLines(jsonl) },
    { what: '.palrec, entries decoded', work: () => scanEntries(recording) },
    { what: '.palrec, PAL messages (Colfer)', work: () => scanMessages(recording, false) },
    { what: '.palrec, PAL messages decoded', work: () => scanMessages(recording, true) },
  ];
  const db = Sqlite === undefined ? undefined : new Sqlite(sqliteFile);
  if (db !== undefined) scans.push({ what: 'better-sqlite3, all rows', work: () => scanSqlite(db) });
  console.log();
  line('scan', 'M entries/s', 'M msg/s', '', 'x JSONL');
  const scanned = await measure(scans);
  for (const [i, { what }] of scans.entries()) {
    line(what, rate(scanned[i]!), rate(scanned[i]!, messages), '', (scanned[0]! / scanned[i]!).toFixed(1));
  }

  console.log();
  line('entry N, microseconds', 'p50', 'p99');
  const seeks = Array.from({ length: SEEKS }, (_, i) => (i * 7919 * 131) % messages);
  const timed = async (what: string, work: (offset: number) => unknown): Promise<void> => {
    for (const offset of seeks.slice(0, 200)) await work(offset);
    const times: number[] = [];
    for (const offset of seeks) {
      const begin = performance.now();
      await work(offset);
      times.push((performance.now() - begin) * 1000);
    }
    line(what, percentile(times, 0.5).toFixed(1), percentile(times, 0.99).toFixed(1));
  };
  const reader = await openPalrecReader(recording);
  await timed('.palrec: find, read, decode', (offset) => reader.readCompact(offset));
  await timed('.palrec: find … PAL message', async (offset) => {
    await reader.seek(offset);
    return reader.read(1);
  });
  await reader.close();
  await timed('.palrec: open the file … PAL message', async (offset) => {
    const opened = await openPalrecReader(recording);
    await opened.seek(offset);
    await opened.read(1);
    await opened.close();
  });
  if (Sqlite !== undefined && db !== undefined) {
    const get = db.prepare('SELECT * FROM e WHERE id = ?');
    await timed('better-sqlite3: row', (offset) => get.get(offset >> 1));
    await timed('better-sqlite3: open the file … row', (offset) => {
      const opened = new Sqlite(sqliteFile);
      opened.prepare('SELECT * FROM e WHERE id = ?').get(offset >> 1);
      opened.close();
    });
    db.close();
  }
  if (store !== undefined) {
    await timed('lmdb: record', (offset) => store.getBinary(offset >> 1));
    await store.close();
  }
  console.log(`\nresident ${(process.memoryUsage().rss / 1e6).toFixed(0)} MB`);
}

function record(file: string, stream: Words, options: PalrecWriterOptions): void {
  const writer = PalrecWriter.create(file, header, { overwrite: true, ...options });
  writer.addSites(1, table);
  writer.append(stream.definitions, 0, stream.definitions.length);
  writer.append(stream.words, 0, stream.words.length);
  writer.close();
}

function writeLines(file: string, records: readonly Row[]): void {
  const fd = openSync(file, 'w');
  let text = '';
  for (const row of records) {
    text += `${JSON.stringify(row)}\n`;
    if (text.length >= 65536) {
      writeSync(fd, text);
      text = '';
    }
  }
  writeSync(fd, text);
  closeSync(fd);
}

function parseLines(file: string): number {
  let sum = 0;
  for (const text of readFileSync(file, 'utf8').split('\n')) if (text !== '') sum += (JSON.parse(text) as Row).site;
  return sum;
}

async function scanEntries(file: string): Promise<void> {
  const reader = await openPalrecReader(file);
  let count = 0;
  for (let offset = 0; offset < reader.end;) {
    const block = (await reader.readCompact(offset))!;
    count += block.data!.starts.length - 1;
    offset = block.firstOffset + block.messages;
  }
  await reader.close();
  if (count < ENTRIES) throw new Error(`${count} entries read`);
}

async function scanMessages(file: string, decode: boolean): Promise<void> {
  const reader = await openPalrecReader(file);
  for (;;) {
    const entries = await reader.read(4096);
    if (entries.length === 0) break;
    if (decode) for (const entry of entries) entry.message();
  }
  await reader.close();
}

function fillSqlite(db: SqliteDatabase, records: readonly Row[]): void {
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = OFF');
  db.exec('DROP TABLE IF EXISTS e');
  db.exec('CREATE TABLE e (id INTEGER PRIMARY KEY, kind INTEGER, site INTEGER, a REAL, b REAL)');
  const insert = db.prepare('INSERT INTO e VALUES (?, ?, ?, ?, ?)');
  for (let at = 0; at < ENTRIES; at += BATCH) {
    db.transaction(() => {
      for (let i = at; i < at + BATCH; i++) {
        const row = records[i]!;
        insert.run(i, row.kind, row.site, row.a, row.b);
      }
    })();
  }
  db.pragma('wal_checkpoint(TRUNCATE)');
  db.close();
}

function scanSqlite(db: SqliteDatabase): number {
  let sum = 0;
  for (const row of db.prepare('SELECT * FROM e').iterate()) sum += (row as Row).site;
  return sum;
}

function fillLmdb(store: LmdbStore, records: readonly Row[]): void {
  store.clearSync();
  const value = Buffer.alloc(20);
  for (let at = 0; at < ENTRIES; at += BATCH) {
    store.transactionSync(() => {
      for (let i = at; i < at + BATCH; i++) {
        const row = records[i]!;
        value.writeUInt32LE((row.site << 8) | row.kind, 0);
        value.writeDoubleLE(row.a, 4);
        value.writeDoubleLE(row.b, 12);
        store.putSync(i, value);
      }
    });
  }
}

interface SqliteDatabase {
  pragma(text: string): unknown;
  exec(text: string): unknown;
  prepare(text: string): { run(...values: number[]): unknown; get(id: number): unknown; iterate(): Iterable<unknown> };
  transaction(work: () => void): () => void;
  close(): void;
}
interface LmdbStore {
  clearSync(): void;
  transactionSync(work: () => void): void;
  putSync(key: number, value: Uint8Array): unknown;
  getBinary(key: number): unknown;
  close(): Promise<void>;
}

main()
  .finally(() => rmSync(folder, { recursive: true, force: true }))
  .catch((error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  });
