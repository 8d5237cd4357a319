/** The victim of the kill test: acknowledges, in turn by every way out of a process, each operation after it was done. */
import { writeSync } from 'node:fs';

class Ledger {
  entries = 0;
  last = 0;

  enter(number: number): number {
    this.entries++;
    this.last = number;
    return number;
  }
}

const ledger = new Ledger();
const tell: ((line: string) => void)[] = [
  (line) => process.stdout.write(line),
  (line) => console.log(line.trimEnd()),
  writeNow,
];

/** The pipe does not block: a reader that is slow makes it full for a while. */
function writeNow(line: string): void {
  for (;;) {
    try {
      writeSync(1, line);
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
    }
  }
}

function busy(): void {
  for (let i = 0; i < 200; i++) ledger.last = i;
}

let next = 1;
function turn(): void {
  for (let i = 0; i < 5; i++) {
    const number = ledger.enter(next);
    tell[next % tell.length]!(`${number}\n`);
    next++;
  }
  busy();
  if (next % 50 < 5) setTimeout(turn, 1);
  else setImmediate(turn);
}
turn();
