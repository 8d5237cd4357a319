import { describe, expect, it } from 'vitest';
import type { CommandSpec } from './commandSpec';
import { parseCommand } from './parser';
import { InvalidValue, UsageError } from './usageError';

const base: CommandSpec = {
  path: ['demo'],
  summary: '',
  synopsis: [''],
  positionals: [{ label: 'words', description: '', variadic: true }],
  options: [
    { flags: ['-w', '--wal'], value: 'name', env: 'PAL_WAL', description: '' },
    { flags: ['-fp', '--from-peer'], value: 'uuid', description: '' },
    { flags: ['-l', '--long'], description: '' },
    { flags: ['-r', '--reverse'], description: '' },
    { flags: ['-v'], description: '' },
    { flags: ['--no-trim'], description: '' },
    { flags: ['--wal-incoming-cli'], negatable: true, env: 'PAL_CLI', envBeatsFlag: true, description: '' },
    { flags: ['--types'], value: 'T', greedy: true, split: true, description: '' },
    { flags: ['--scope'], value: 'patterns', split: true, repeatable: true, description: '' },
    {
      flags: ['-o', '--offset'],
      value: 'n',
      env: 'PAL_OFFSET',
      description: '',
      parse: (raw) => {
        if (!/^-?\d+$/.test(raw)) throw new InvalidValue(`'${raw}' is not a long`);
        return Number(raw);
      },
    },
  ],
  examples: [],
  run: () => Promise.resolve(0),
};
const parse = (words: string[], env: Record<string, string> = {}, spec: CommandSpec = base) =>
  parseCommand(spec, words, env);
const usageOf = (words: string[], spec: CommandSpec = base): string => {
  try {
    parse(words, {}, spec);
  } catch (error) {
    if (error instanceof UsageError) return [error.message, error.hint].filter(Boolean).join(' | ');
    throw error;
  }
  return 'parsed';
};

describe("PAL's parser rules", () => {
  it('finds options anywhere among the positionals', () => {
    const parsed = parse(['app.ts', 'a', '-w', 'file:x', 'b', '-l']);
    expect(parsed.args).toEqual(['app.ts', 'a', 'b']);
    expect([parsed.text('wal'), parsed.flag('long'), parsed.flag('reverse')]).toEqual(['file:x', true, false]);
  });

  it('takes everything after -- as positional', () => {
    const parsed = parse(['app.ts', '--', '--wal', 'x', '-fp', '--name=y']);
    expect(parsed.args).toEqual(['app.ts', '--wal', 'x', '-fp', '--name=y']);
    expect(parsed.has('wal')).toBe(false);
  });

  it('accepts attached short values, clustered switches and short options of two letters', () => {
    expect(parse(['--no-trim']).flag('noTrim')).toBe(true);
    expect(parse([]).flag('noTrim')).toBe(false);
    const parsed = parse(['-wfile:/x', '-lr', '-fp', 'abc', '-v']);
    expect([parsed.text('wal'), parsed.text('fromPeer')]).toEqual(['file:/x', 'abc']);
    expect([parsed.flag('long'), parsed.flag('reverse'), parsed.flag('v')]).toEqual([true, true, true]);
  });

  it.each<[string, string[], string]>([
    ['an unknown option', ['--foo'], "Unknown option: '--foo'"],
    ['a mistyped option', ['--offst', '1'], "Unknown option: '--offst' | Did you mean --offset?"],
    ['an unknown option after the program', ['app.ts', '--port', '1'], "Unknown option: '--port'"],
    ['an equals sign', ['--wal=x'], "Unknown option: '--wal=x' | Write a blank between option and value: --wal x"],
    ['a missing value', ['--wal'], "Missing required parameter for option '--wal' (name)"],
    [
      'an option where a value belongs',
      ['--wal', '--long'],
      "Expected parameter for option '--wal' but found '--long'",
    ],
    ['a value of the wrong kind', ['-o', 'abc'], "Invalid value for option '--offset': 'abc' is not a long"],
  ])('refuses %s', (_, words, message) => {
    expect(usageOf(words)).toBe(message);
  });

  it('accepts the equals sign where PAL does', () => {
    const parsed = parse(['--wal=a=b', '-fp=u', '--offset=-3'], {}, { ...base, acceptEquals: true });
    expect([parsed.text('wal'), parsed.text('fromPeer'), parsed.number('offset')]).toEqual(['a=b', 'u', -3]);
  });

  it('lets list options swallow the words behind them, and splits at commas', () => {
    const parsed = parse(['--types', 'A,B', 'C', 'file:/x', '-v', 'log']);
    expect(parsed.list('types')).toEqual(['A', 'B', 'C', 'file:/x']);
    expect(parsed.args).toEqual(['log']);
    expect(parse(['--scope', 'a,b', 'app.ts', '--scope', 'c']).list('scope')).toEqual(['a', 'b', 'c']);
  });

  it('counts positionals', () => {
    const one: CommandSpec = { ...base, positionals: [{ label: 'LOG', description: '', required: true }] };
    expect(usageOf([], one)).toBe("Missing required parameter: 'LOG'");
    expect(usageOf(['a', 'b'], one)).toBe("Unmatched argument at index 1: 'b'");
    expect(parse(['-h'], {}, one).flag('help')).toBe(true);
  });

  it('stops at the command to run where it must', () => {
    const parsed = parse(['-l', 'npm', 'test', '--wal', 'x', '-r'], {}, { ...base, stopAtPositional: true });
    expect(parsed.args).toEqual(['npm', 'test', '--wal', 'x', '-r']);
    expect([parsed.flag('long'), parsed.has('wal'), parsed.flag('reverse')]).toEqual([true, false, false]);
  });
});

describe('environment variables', () => {
  it('supply what the command line leaves out; blank counts as unset, blanks around are dropped', () => {
    expect(parse([], { PAL_WAL: ' file:x ' }).text('wal')).toBe('file:x');
    expect(parse(['-w', 'y'], { PAL_WAL: 'x' }).text('wal')).toBe('y');
    expect(parse([], { PAL_WAL: '  ' }).has('wal')).toBe(false);
    expect(parse([], { PAL_WAL: 'x' }).source('wal')).toBe('env');
  });

  it('beat the option where PAL lets them; only "true" is true', () => {
    expect(parse(['--wal-incoming-cli'], { PAL_CLI: 'no' }).flag('walIncomingCli', true)).toBe(false);
    expect(parse(['--no-wal-incoming-cli'], { PAL_CLI: 'TRUE' }).flag('walIncomingCli', true)).toBe(true);
    expect(parse(['--no-wal-incoming-cli']).flag('walIncomingCli', true)).toBe(false);
    expect(parse([]).flag('walIncomingCli', true)).toBe(true);
  });

  it('with a bad value are an error of exit code 1, not a usage error', () => {
    expect(() => parse([], { PAL_OFFSET: 'x' })).toThrow(
      expect.objectContaining({ code: 'usage', exitCode: 1, message: expect.stringContaining('PAL_OFFSET') as string }),
    );
  });
});
