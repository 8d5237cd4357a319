/**
 * The call of the program's main, which no woven code makes: PAL records it as an incoming call of a static method `main` with the
 * arguments as one array of strings, on thread `self-caller`, and its completion when the program ends.
 *
 * Written by the host thread as a source of its own, so that its ids never meet those of the program's threads.
 */
import type { SiteTable } from '../entry/sites';
import { SiteKind } from '../entry/sites';
import { Const, Kind, SnapTag, Tag } from '../entry/words';

/** Source number of the host thread's own entries. */
export const HOST_SOURCE = 65_535;
const ARGUMENT_TYPE = '[Ljava.lang.String;';
const THREAD_NAME = 'self-caller';
const THREAD = 1;
const ARGUMENTS_REF = 1;
const ARGUMENTS_CLASS = 1;

/** Exit code of a program that a signal ended is told as this much plus the signal's number. */
export const SIGNAL_OUTCOME = 256;

export function mainCallSites(moduleClass: string, source: string): SiteTable {
  return {
    url: '',
    source,
    moduleClass,
    hash: '',
    sites: [{ kind: SiteKind.STATIC_METHOD, className: moduleClass, member: 'main', line: 0, column: 0, flags: 0 }],
  };
}

/** Entries for the call; `site` is the number of the only site of `mainCallSites`. */
export function mainCallWords(site: number, args: readonly string[], now: bigint): Int32Array {
  const words: number[] = [];
  const text = (id: number, value: string): void => {
    words.push(Kind.DEF_STRING, id, value.length);
    for (let i = 0; i < value.length; i += 2) {
      words.push(value.charCodeAt(i) | ((i + 1 < value.length ? value.charCodeAt(i + 1) : 0) << 16));
    }
  };
  text(1, THREAD_NAME);
  words.push(Kind.DEF_THREAD, THREAD, 0, 1, 0);
  text(2, ARGUMENT_TYPE);
  words.push(Kind.DEF_CLASS, ARGUMENTS_CLASS, 2);
  args.forEach((argument, i) => text(3 + i, argument));
  words.push(Kind.DEF_OBJECT, ARGUMENTS_REF, ARGUMENTS_CLASS);
  const copy = [valueWord(Tag.CONST, 16 + SnapTag.ARRAY), args.length, args.length];
  args.forEach((_argument, i) => copy.push(valueWord(Tag.STRING, 3 + i)));
  words.push(...timeWords(now));
  words.push(Kind.SWITCH | (1 << 5) | (THREAD << 8));
  words.push(Kind.SNAPSHOT, ARGUMENTS_REF, copy.length, ...copy);
  words.push(
    Kind.CALL | (1 << 5) | (site << 8),
    valueWord(Tag.CONST, Const.UNDEFINED),
    valueWord(Tag.REF, ARGUMENTS_REF),
  );
  return Int32Array.from(words);
}

/** Completion: nothing for exit code 0, else the code, as a Java main that returns a number. */
export function mainReturnWords(site: number, outcome: number, now: bigint): Int32Array {
  const code = outcome >= SIGNAL_OUTCOME ? outcome - SIGNAL_OUTCOME + 128 : outcome;
  const value = code === 0 ? valueWord(Tag.CONST, Const.UNDEFINED) : valueWord(Tag.SMALL_INT, code);
  return Int32Array.from([...timeWords(now), Kind.RETURN | (site << 8), value]);
}

const valueWord = (tag: number, payload: number): number => (payload << 3) | tag;

function timeWords(now: bigint): readonly number[] {
  return [Kind.TIME, Number(BigInt.asIntN(32, now)), Number(BigInt.asIntN(32, now >> 32n))];
}

/** Nanoseconds since the Unix epoch. */
export const wallClock = (): bigint => BigInt(Math.round((performance.timeOrigin + performance.now()) * 1e3)) * 1000n;
