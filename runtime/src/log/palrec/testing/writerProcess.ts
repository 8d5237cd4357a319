/**
 * A process that writes a recording, for tests that follow, kill or starve it: `node writerProcess.cjs FILE SEED OPERATIONS PAUSE_MS`.
 * With `step` for the pause it waits for a byte on stdin before each append, and flushes after each.
 * Says on stdout, line by line, up to which offset everything is handed to the system; ends with `failed CODE` on an error.
 */
import { readSync, writeSync } from 'node:fs';
import { entryEnd } from '../../../entry/wordLength';
import { PalError } from '../../../errors';
import { PalrecWriter } from '../palrecWriter';
import { RandomStream, seededRandom } from './randomWords';
import { recordingHeader, siteTable } from './recordings';

const [file, seed, operations, pause] = process.argv.slice(2) as [string, string, string, string];
const say = (line: string): void => {
  writeSync(1, `${line}\n`);
};

async function main(): Promise<void> {
  const random = seededRandom(Number(seed));
  const writer = PalrecWriter.create(file, recordingHeader, { blockEntries: 500, blockBytes: 4096 });
  writer.addSites(1, siteTable('orders', 25));
  const { words } = new RandomStream(Number(seed), { fields: 0.4 }).grow(Number(operations));
  say('0');
  for (let at = 0; at < words.length;) {
    if (pause === 'step') readSync(0, Buffer.alloc(1));
    const start = at;
    for (let entries = 1 + Math.floor(random() * 300); entries > 0 && at < words.length; entries--) {
      at = entryEnd(words, at, words.length);
    }
    writer.append(words, start, at);
    if (random() < 0.5 || pause === 'step') {
      writer.flush();
      say(String(writer.offset));
    }
    if (Number(pause) > 0) await new Promise((resolve) => setTimeout(resolve, random() * Number(pause)));
  }
  writer.close();
  say(String(writer.offset));
}

main().catch((error: unknown) => {
  say(`failed ${PalError.is(error) ? error.code : String(error)}`);
  process.exitCode = 1;
});
