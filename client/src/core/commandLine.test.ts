import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { palRunArguments, quoteCommandLine, recordingPath, timestamp } from './commandLine';
import { locateRuntime } from './runtimeLocator';

describe('command lines', () => {
  it('come back from a POSIX shell as they were', () => {
    const args = ['plain', 'two words', "it's", '$HOME `x` "q"', '', '*', 'a\\b', 'ümlaut', '--x=1'];
    const script = 'process.stdout.write(JSON.stringify(process.argv.slice(1)))';
    const line = quoteCommandLine({ command: process.execPath, args: ['-e', script, '--', ...args] }, 'linux');
    if (process.platform === 'win32') return;
    expect(JSON.parse(execFileSync('/bin/sh', ['-c', line], { encoding: 'utf8' }))).toEqual(args);
  });

  it('are callable in PowerShell when the program has blanks', () => {
    const line = quoteCommandLine({ command: 'C:\\Program Files\\node.exe', args: ['a b', 'c:\\d.ts'] }, 'win32');
    expect(line).toBe('& "C:\\Program Files\\node.exe" "a b" c:\\d.ts');
  });

  it('name recordings after the program and the time', () => {
    const date = new Date(2026, 10, 4, 3, 5, 9);
    expect(timestamp(date)).toBe('20261104-030509');
    expect(recordingPath('/w/.pal', '/w/src/app.server.mts', date)).toBe('/w/.pal/app.server-20261104-030509.palrec');
  });

  it('put options before the log and the program', () => {
    const request = { program: '/w/app.ts', args: ['-x'], wal: '/w/a.palrec', options: ['--values', 'deep'] };
    expect(palRunArguments(request)).toEqual(['run', '--values', 'deep', '--wal', '/w/a.palrec', '/w/app.ts', '-x']);
    expect(palRunArguments({ ...request, wal: undefined, options: [], args: [] })).toEqual(['run', '/w/app.ts']);
  });
});

describe('the runtime', () => {
  const query = (files: readonly string[], configured = '') =>
    locateRuntime({
      configured,
      node: 'node',
      from: '/w/packages/a/src',
      upTo: '/w',
      bundled: '/ext/runtime/bin/pal.js',
      isFile: (path) => files.includes(path),
    });

  it('is the one in the settings, or nothing when that is not there', () => {
    expect(query(['/opt/pal'], '/opt/pal')).toMatchObject({
      origin: 'setting',
      commandLine: { command: '/opt/pal', args: [] },
    });
    expect(query([], '/opt/pal')).toBeUndefined();
  });

  it('is the nearest one that the project has installed, not one from outside the workspace', () => {
    const near = '/w/packages/a/node_modules/pal-runtime/bin/pal.js';
    const top = '/w/node_modules/pal-runtime/bin/pal.js';
    expect(query([near, top])).toMatchObject({ origin: 'workspace', commandLine: { command: 'node', args: [near] } });
    expect(query([top])).toMatchObject({ path: top });
    expect(query(['/node_modules/pal-runtime/bin/pal.js'])).toMatchObject({ origin: 'bundled' });
  });

  it('is the bundled one otherwise', () => {
    expect(query([])).toMatchObject({
      origin: 'bundled',
      commandLine: { command: 'node', args: ['/ext/runtime/bin/pal.js'] },
    });
  });
});
