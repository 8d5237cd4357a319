/** A command context for tests: collects output, knows no terminal. */
import type { CommandContext } from './context';
import { dispatch } from './dispatch';
import type { Output } from './terminal/output';

export class CollectedOutput implements Output {
  readonly colors = false;
  readonly columns = undefined;
  readonly isTerminal: boolean = false;
  readonly full = false;
  text = '';
  write(text: string): void {
    this.text += text;
  }
  flush(): Promise<void> {
    return Promise.resolve();
  }
}

export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface TestSurroundings {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly confirms?: boolean;
  readonly signal?: AbortSignal;
}

export function testContext(surroundings: TestSurroundings = {}): CommandContext & {
  readonly stdout: CollectedOutput;
  readonly stderr: CollectedOutput;
} {
  return {
    stdout: new CollectedOutput(),
    stderr: new CollectedOutput(),
    env: surroundings.env ?? {},
    cwd: surroundings.cwd ?? process.cwd(),
    confirm: () => Promise.resolve(surroundings.confirms ?? false),
    untilInterrupted: () => surroundings.signal ?? new AbortController().signal,
    endBy: () => undefined,
  };
}

/** Runs `pal <words>` in this process. */
export async function pal(words: readonly string[], surroundings: TestSurroundings = {}): Promise<Outcome> {
  const context = testContext(surroundings);
  const code = await dispatch(words, context);
  return { code, stdout: context.stdout.text, stderr: context.stderr.text };
}

/** Resolves when a text has been written. */
export function watchOutput(output: CollectedOutput): (text: string) => Promise<void> {
  const waiting: { text: string; resolve: () => void }[] = [];
  const write = output.write.bind(output);
  output.write = (text) => {
    write(text);
    for (const item of waiting) if (output.text.includes(item.text)) item.resolve();
  };
  return (text) => new Promise((resolve) => (output.text.includes(text) ? resolve() : waiting.push({ text, resolve })));
}
