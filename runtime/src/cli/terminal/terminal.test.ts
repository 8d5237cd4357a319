import { describe, expect, it } from 'vitest';
import { CollectedOutput } from '../testSupport.testUtil';
import { StreamOutput, wantsColors, type ByteSink } from './output';
import { startProgress } from './progress';
import { styleFor } from './style';

describe('colours', () => {
  it.each<[boolean, Record<string, string>, boolean]>([
    [true, {}, true],
    [false, {}, false],
    [true, { NO_COLOR: '1' }, false],
    [true, { NO_COLOR: '' }, true],
    [true, { TERM: 'dumb' }, false],
    [false, { FORCE_COLOR: '1' }, true],
    [true, { FORCE_COLOR: '0' }, false],
    [true, { NO_COLOR: '1', FORCE_COLOR: '1' }, false],
  ])('terminal %s, %j → %s', (isTerminal, env, expected) => {
    expect(wantsColors(isTerminal, env)).toBe(expected);
  });

  it('leave text alone when they are off', () => {
    expect(styleFor(false).red('x')).toBe('x');
    expect(styleFor(true).red('x')).toBe('\u001b[31mx\u001b[39m');
  });
});

describe('output', () => {
  class SlowSink implements ByteSink {
    readonly chunks: string[] = [];
    drain: (() => void) | undefined;
    write(text: string): boolean {
      this.chunks.push(text);
      return false;
    }
    once(_event: 'drain', listener: () => void): void {
      this.drain = listener;
    }
  }

  it('collects a block, then waits for a slow reader', async () => {
    const sink = new SlowSink();
    const output = new StreamOutput(() => sink, {}, false);
    const line = `${'x'.repeat(1023)}\n`;
    let lines = 0;
    while (!output.full) {
      output.write(line);
      lines += 1;
    }
    expect(lines).toBe(64);
    expect(sink.chunks).toEqual([]);
    let flushed = false;
    const flush = output.flush().then(() => (flushed = true));
    await Promise.resolve();
    expect(flushed).toBe(false);
    sink.drain?.();
    await flush;
    expect(sink.chunks).toEqual([line.repeat(64)]);
    expect(output.full).toBe(false);
  });

  it('opens its stream only when there is something to write', async () => {
    const output = new StreamOutput(
      () => {
        throw new Error('opened');
      },
      {},
      false,
    );
    await output.flush();
    output.write('x');
    await expect(output.flush()).rejects.toThrow('opened');
  });
});

describe('progress', () => {
  class Terminal extends CollectedOutput {
    override readonly isTerminal = true;
  }

  it('appears after a second, shows the share, and goes', () => {
    let time = 0;
    const output = new Terminal();
    const progress = startProgress(output, 'Indexing', 4_000, () => time);
    progress.update(500);
    expect(output.text).toBe('');
    time = 1_000;
    progress.update(1_000);
    time = 1_050; // too soon for another line
    progress.update(1_100);
    time = 1_300;
    progress.update(3_000);
    progress.end();
    expect(output.text.split('\r\u001b[2K')).toEqual([
      '',
      'Indexing 25 % (1,000 entries)',
      'Indexing 75 % (3,000 entries)',
      '',
    ]);
  });

  it('never shows on anything but a terminal, nor for short work', () => {
    let time = 0;
    const pipe = new CollectedOutput();
    const progress = startProgress(pipe, 'Indexing', undefined, () => time);
    time = 60_000;
    progress.update(1);
    progress.end();
    const terminal = new Terminal();
    startProgress(terminal, 'Indexing', 1, () => 0).end();
    expect([pipe.text, terminal.text]).toEqual(['', '']);
  });
});
