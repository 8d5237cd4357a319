/**
 * Roll cycles of Chronicle Queue 5.27 (wire specification 8.4): how long one file takes messages, what it is called, and how it
 * is indexed. The first ten are those PAL can be told to use (`RollCycles`); the others may be met when reading a queue that some
 * other Java program made.
 *
 * Invariant: names are the UTC start of the cycle, so that ordering files by name is ordering them in time. Deliberately absent:
 * roll times and time zones (PAL never sets them) and formats that are not in this table.
 */
import { PalError } from '../../errors';

export interface RollCycle {
  readonly name: string;
  /** Pattern of Java's `DateTimeFormatter`, as the metadata file stores it. */
  readonly format: string;
  readonly lengthMillis: number;
  /** Entries per index document, and documents per index entry. */
  readonly indexCount: number;
  readonly indexSpacing: number;
  /** A Chronicle index is `cycle << shift | sequence`. */
  readonly shift: number;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const cycle = (
  name: string,
  format: string,
  lengthMillis: number,
  indexCount: number,
  indexSpacing: number,
): RollCycle => ({
  name,
  format,
  lengthMillis,
  indexCount,
  indexSpacing,
  shift: Math.max(32, 2 * Math.log2(indexCount) + Math.log2(indexSpacing)),
});

/** What `wal.chronicle.roll_cycle` accepts. */
export const ROLL_CYCLES: readonly RollCycle[] = [
  cycle('FIVE_MINUTELY', "yyyyMMdd-HHmm'V'", 5 * MINUTE, 2048, 256),
  cycle('TEN_MINUTELY', "yyyyMMdd-HHmm'X'", 10 * MINUTE, 2048, 256),
  cycle('TWENTY_MINUTELY', "yyyyMMdd-HHmm'XX'", 20 * MINUTE, 2048, 256),
  cycle('HALF_HOURLY', "yyyyMMdd-HHmm'H'", 30 * MINUTE, 2048, 256),
  cycle('FAST_HOURLY', "yyyyMMdd-HH'F'", HOUR, 4096, 256),
  cycle('TWO_HOURLY', "yyyyMMdd-HH'II'", 2 * HOUR, 4096, 256),
  cycle('FOUR_HOURLY', "yyyyMMdd-HH'IV'", 4 * HOUR, 4096, 256),
  cycle('SIX_HOURLY', "yyyyMMdd-HH'VI'", 6 * HOUR, 4096, 256),
  cycle('FAST_DAILY', "yyyyMMdd'F'", DAY, 4096, 256),
  cycle('WEEKLY', "YYYY'W'ww", 7 * DAY, 4096, 256),
];

const FOREIGN_CYCLES: readonly RollCycle[] = [
  cycle('MINUTELY', 'yyyyMMdd-HHmm', MINUTE, 2048, 16),
  cycle('HOURLY', 'yyyyMMdd-HH', HOUR, 4096, 16),
  cycle('DAILY', 'yyyyMMdd', DAY, 8192, 64),
  cycle('LARGE_HOURLY', "yyyyMMdd-HH'L'", HOUR, 8192, 64),
  cycle('LARGE_DAILY', "yyyyMMdd'L'", DAY, 32_768, 128),
  cycle('XLARGE_DAILY', "yyyyMMdd'X'", DAY, 32_768, 256),
  cycle('HUGE_DAILY', "yyyyMMdd'H'", DAY, 32_768, 1024),
  cycle('SMALL_DAILY', "yyyyMMdd'S'", DAY, 8192, 8),
  cycle('LARGE_HOURLY_SPARSE', "yyyyMMdd-HH'LS'", HOUR, 4096, 1024),
  cycle('LARGE_HOURLY_XSPARSE', "yyyyMMdd-HH'LX'", HOUR, 2048, 1_048_576),
  cycle('HUGE_DAILY_XSPARSE', "yyyyMMdd'HX'", DAY, 16_384, 1_048_576),
  cycle('TEST_SECONDLY', "yyyyMMdd-HHmmss'T'", 1000, 32_768, 4),
  cycle('TEST4_SECONDLY', "yyyyMMdd-HHmmss'T4'", 1000, 32, 4),
  cycle('TEST_HOURLY', "yyyyMMdd-HH'T'", HOUR, 16, 4),
  cycle('TEST_DAILY', "yyyyMMdd'T1'", DAY, 8, 1),
  cycle('TEST2_DAILY', "yyyyMMdd'T2'", DAY, 16, 2),
  cycle('TEST4_DAILY', "yyyyMMdd'T4'", DAY, 32, 4),
  cycle('TEST8_DAILY', "yyyyMMdd'T8'", DAY, 128, 8),
];

/** @throws PalError `usage` for a name that PAL does not accept. */
export function rollCycleNamed(name: string): RollCycle {
  const found = ROLL_CYCLES.find((c) => c.name === name);
  if (found === undefined) {
    const known = ROLL_CYCLES.map((c) => c.name).join(', ');
    throw new PalError('usage', `Unknown roll cycle '${name}'; use one of ${known}`, { data: { rollCycle: name } });
  }
  return found;
}

/** The cycle a metadata file describes, or undefined for a format nobody here knows. */
export const rollCycleOfFormat = (format: string): RollCycle | undefined =>
  ROLL_CYCLES.find((c) => c.format === format) ?? FOREIGN_CYCLES.find((c) => c.format === format);

/** The cycle whose format fits the file name (without `.cq4`); used when the metadata file is missing. */
export const rollCycleOfFileName = (name: string): RollCycle | undefined =>
  ROLL_CYCLES.find((c) => cycleOfName(c, name, 0) !== undefined) ??
  FOREIGN_CYCLES.find((c) => cycleOfName(c, name, 0) !== undefined);

/** A cycle that only some other program knows, good enough to read its files. */
export const customRollCycle = (format: string, lengthMillis: number): RollCycle =>
  cycle('custom', format, lengthMillis, 4096, 256);

/** Number of the cycle that the moment belongs to. */
export const cycleAt = (cycle: RollCycle, millis: number, epoch: number): number =>
  Math.floor((millis - epoch) / cycle.lengthMillis);

/** Name of the cycle's file without `.cq4`. */
export function nameOfCycle(cycle: RollCycle, number: number, epoch: number): string {
  const start = new Date(number * cycle.lengthMillis + epoch - (((epoch % DAY) + DAY) % DAY));
  if (!(start.getUTCFullYear() >= 0 && start.getUTCFullYear() <= 9999))
    throw new PalError('corrupt', `Cycle ${number} of ${cycle.name} with epoch ${epoch} lies outside the calendar`, {
      data: { cycle: number, epoch },
    });
  if (cycle.format === WEEK_FORMAT) return weekName(start);
  const text = start.toISOString(); // 2025-10-09T08:50:00.000Z
  const values: Record<string, string> = {
    yyyy: text.slice(0, 4),
    MM: text.slice(5, 7),
    dd: text.slice(8, 10),
    HH: text.slice(11, 13),
    mm: text.slice(14, 16),
    ss: text.slice(17, 19),
  };
  return cycle.format.replace(TOKEN, (token, quoted: string | undefined) => quoted ?? values[token] ?? token);
}

/** Number of the cycle that a file name (without `.cq4`) stands for, or undefined when it does not fit the format. */
export function cycleOfName(cycle: RollCycle, name: string, epoch: number): number | undefined {
  if (cycle.format === WEEK_FORMAT) return cycleOfWeek(cycle, name, epoch);
  const fields: Record<string, number> = { yyyy: 1970, MM: 1, dd: 1, HH: 0, mm: 0, ss: 0 };
  let at = 0;
  for (const [token, quoted] of cycle.format.matchAll(TOKEN)) {
    const expected = quoted ?? token;
    if (fields[token] === undefined) {
      if (!name.startsWith(expected, at)) return undefined;
    } else {
      const digits = name.slice(at, at + token.length);
      if (!/^\d+$/.test(digits) || digits.length !== token.length) return undefined;
      fields[token] = Number(digits);
    }
    at += expected.length;
  }
  if (at !== name.length) return undefined;
  const millis = Date.UTC(fields['yyyy']!, fields['MM']! - 1, fields['dd'], fields['HH'], fields['mm'], fields['ss']);
  return cycleAt(cycle, millis, epoch);
}

const TOKEN = /'([^']*)'|yyyy|MM|dd|HH|mm|ss|./g;
const WEEK_FORMAT = "YYYY'W'ww";

/**
 * Weeks as Java counts them in its English locale: they begin on Sunday, and the week that holds 1 January is week 1. Cycles begin
 * on Thursdays (the epoch was one), so every week has exactly one.
 */
function weekName(start: Date): string {
  const sunday = start.getTime() - start.getUTCDay() * DAY;
  const year = new Date(sunday + 6 * DAY).getUTCFullYear();
  const week = Math.round((sunday - firstSunday(year)) / (7 * DAY)) + 1;
  return `${String(year).padStart(4, '0')}W${String(week).padStart(2, '0')}`;
}

function cycleOfWeek(cycle: RollCycle, name: string, epoch: number): number | undefined {
  const match = /^(\d{4})W(\d{2})$/.exec(name);
  if (match === null) return undefined;
  const thursday = firstSunday(Number(match[1])) + (Number(match[2]) - 1) * 7 * DAY + 4 * DAY;
  return cycleAt(cycle, thursday, epoch);
}

/** Start of the week that holds 1 January. */
function firstSunday(year: number): number {
  const january = new Date(Date.UTC(year, 0, 1));
  return january.getTime() - january.getUTCDay() * DAY;
}
