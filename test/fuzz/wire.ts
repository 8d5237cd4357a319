/** `npm run fuzz:wire [-- rounds [seed]]`: the mutations of the unit test at length. Prints the seed; a failure prints the bytes. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fuzzWire, type FuzzSeed } from '../../runtime/src/wire/wireFuzz.testUtil';

const rounds = Number(process.argv[2] ?? 2_000_000);
const seed = Number(process.argv[3] ?? Date.now() % 2 ** 31);
const file = path.join(process.env['PAL_ROOT'] ?? process.cwd(), 'test/fixtures/wire/colfer.json');
const vectors = JSON.parse(readFileSync(file, 'utf8')) as (FuzzSeed & { mode?: string })[];
const seeds = vectors.filter(({ mode, hex }) => mode === undefined && hex.length < 4000);
const STEP = 50_000;

console.log(`${rounds} mutations of ${seeds.length} structs, seed ${seed}`);
let decoded = 0;
for (let done = 0; done < rounds; done += STEP) {
  decoded += fuzzWire(seeds, seed + done, Math.min(STEP, rounds - done)).decoded;
}
console.log(`done: ${decoded} decoded, ${rounds - decoded} refused, none did harm`);
