import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { groups, runCommands, shortcuts } from './commandTable';
import { optionKey, optionName } from './commandSpec';
import { commandHelp } from './help';
import { allOptions } from './parser';
import { styleFor } from './terminal/style';
import { pal } from './testSupport.testUtil';

const entries = [...runCommands, ...shortcuts, ...groups.flatMap((group) => group.members)];
const WIDTH = 90;
const documentation = readFileSync(new URL('../../../docs/cli.md', import.meta.url), 'utf8');

it('shows the root help on stdout without a command, with -h, and for pal help', async () => {
  const bare = await pal([]);
  expect(bare).toMatchObject({ code: 0, stderr: '' });
  expect(bare.stdout).toBe(`Usage: pal [OPTIONS] COMMAND

The message-passing runtime for TypeScript and JavaScript

Options:
  -d, --dir local|none  Directory of peers and logs (default: local) [env: PAL_DIRECTORY]
  -h, --help            Show this help message and exit.
  -V, --version         Print version information and exit.

Commands:
  run           Run a program as a new peer
  exec          Run a command; every Node process it starts becomes a peer

Management Commands:
  peer          Manage peers
  log           Manage logs

Shortcuts:
  peers         List peers (shorthand for 'peer ls')
  logs          List logs (shorthand for 'log ls')

Run 'pal COMMAND --help' or 'pal COMMAND SUBCOMMAND --help' for more information.
`);
  for (const words of [['-h'], ['--help'], ['help']]) expect(await pal(words)).toEqual(bare);
});

it('prints the version alone', async () => {
  expect(await pal(['-V'])).toMatchObject({ code: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) as string });
});

it.each(groups.map((group) => group.path[0]!))('lists the commands of %s without one, exit 0', async (name) => {
  const outcome = await pal([name]);
  expect(outcome.code).toBe(0);
  for (const member of groups.find((group) => group.path[0] === name)!.members) {
    expect(outcome.stdout).toContain(`  ${member.path[1]!} `);
  }
  expect(await pal([name, '-h'])).toEqual(outcome);
});

describe.each(entries.map((entry) => [entry.path.join(' '), entry] as const))('pal %s', (name, entry) => {
  it('has help with examples, the same through -h, --help and pal help', async () => {
    const outcome = await pal([...entry.path, '-h']);
    expect(outcome).toMatchObject({ code: 0, stderr: '' });
    expect(outcome.stdout.startsWith(`Usage: pal ${name} `)).toBe(true);
    expect(outcome.stdout).toMatch(/Examples:\n {2}# .+\n {2}pal /);
    expect(await pal([...entry.path, '--help'])).toEqual(outcome);
    expect(await pal(['help', ...entry.path])).toEqual(outcome);
  });

  it('describes every option that is not hidden, within the width', async () => {
    const spec = await entry.load();
    const text = commandHelp(spec, styleFor(false));
    for (const option of allOptions(spec)) {
      if (option.hidden === true) continue;
      expect(option.description).not.toBe('');
      for (const flag of option.flags) {
        const shown = option.negatable === true ? flag.replace('--', '--[no-]') : flag;
        expect(text).toContain(shown);
      }
    }
    const body = text.split('Examples:')[0]!;
    for (const line of body.split('\n')) expect(line.length, line).toBeLessThanOrEqual(WIDTH);
  });

  it('names each option once', async () => {
    const options = allOptions(await entry.load());
    const flags = options.flatMap((option) => option.flags);
    expect(new Set(flags).size).toBe(flags.length);
    expect(new Set(options.map(optionKey)).size).toBe(options.length);
  });

  it('is in docs/cli.md with every option', async () => {
    const spec = await entry.load();
    expect(documentation).toContain(spec.path.join(' '));
    for (const option of spec.options) {
      if (option.hidden === true) continue;
      const shown = [optionName(option), `[no-]${optionName(option).slice(2)}`, option.flags[0]!];
      expect(
        shown.some((text) => documentation.includes(text)),
        optionName(option),
      ).toBe(true);
    }
  });

  it('answers an unknown option with its usage on stderr, exit 2', async () => {
    const outcome = await pal([...entry.path, '--no-such-option']);
    expect(outcome).toMatchObject({ code: 2, stdout: '' });
    expect(outcome.stderr).toContain("Unknown option: '--no-such-option'\n");
    expect(outcome.stderr).toContain(`Usage: pal ${name} `);
  });
});

describe('words that are no command', () => {
  it.each([
    [['nosuch'], "Unmatched argument at index 0: 'nosuch'\nUsage: pal [OPTIONS] COMMAND"],
    [['log', 'nosuch'], "Unmatched argument at index 0: 'nosuch'\nUsage: pal log [OPTIONS] COMMAND"],
    [['replay', '-w', 'x'], "'pal replay' of PAL 1.0 is not part of this version"],
    [['peer', 'call', 'x'], "'pal peer call' of PAL 1.0 is not part of this version"],
    [['--nosuch'], "Unknown option: '--nosuch'\nUsage: pal [OPTIONS] COMMAND"],
    [['help', 'nosuch'], "Unmatched argument at index 0: 'nosuch'"],
    [['-d'], "Missing required parameter for option '--dir'"],
  ])('%j: message and usage on stderr, exit 2', async (words, text) => {
    const outcome = await pal(words);
    expect(outcome).toMatchObject({ code: 2, stdout: '' });
    expect(outcome.stderr).toContain(text);
  });
});
