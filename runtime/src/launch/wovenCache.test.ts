import { readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { SiteKind } from '../entry/sites';
import { testFolder } from './testFolder.testUtil';
import { defaultCacheDirectory, WovenCache } from './wovenCache';
import type { WovenContents } from './wovenFile';
import { decodeWovenFile, encodeWovenFile } from './wovenFile';

const contents = (code: string): WovenContents => ({
  meta: { format: 'module', source: '/s.ts', hash: 'ab', moduleClass: 'a.$module', siteCount: 2 },
  sites: [
    { kind: SiteKind.METHOD, className: 'a.B', member: 'm', line: 1, column: 2, flags: 0 },
    { kind: SiteKind.FIELD_GET, className: '', member: 'x', line: 3, column: 4, flags: 4 },
  ],
  details: { edits: [0, 0, 5], replaced: {}, positions: { 0: 3 }, mappings: undefined },
  literalOffsets: Uint32Array.of(code.indexOf('000000'), code.lastIndexOf('000000')),
  literalSites: Uint32Array.of(1, 0),
  code,
});
const files = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => path.join(folder, name))
    .filter((file) => statSync(file).isFile() && !file.endsWith('.pruned'));

describe('woven files', () => {
  it.each(['f(0x000000);g(0x000000)', 'é(0x000000);"ÿ"+g(0x000000)', '"中"(0x000000);g(0x000000)'])(
    'keep everything and take site numbers: %s',
    (code) => {
      const file = decodeWovenFile(encodeWovenFile(contents(code)))!;
      expect(file.meta).toEqual(contents(code).meta);
      expect(file.sites()).toEqual(contents(code).sites);
      expect(file.details()).toEqual(JSON.parse(JSON.stringify(contents(code).details)));
      const first = code.replace('000000', '0abcdf');
      expect(file.code(0xabcde)).toBe(first.replace('000000', '0abcde'));
    },
  );

  it('answer undefined for any damaged byte and any cut', () => {
    const bytes = encodeWovenFile(contents('f(0x000000);g(0x000000)'));
    for (let at = 8; at < bytes.length; at++) {
      const damaged = Buffer.from(bytes);
      damaged[at]! ^= 0x41;
      expect(decodeWovenFile(damaged)).toBeUndefined();
    }
    for (const length of [0, 3, 8, 31, 32, bytes.length - 4])
      expect(decodeWovenFile(bytes.subarray(0, length))).toBeUndefined();
  });
});

describe('cache', () => {
  const key = 'aabbccdd';
  const bytes = encodeWovenFile(contents('f(0x000000);g(0x000000)'));

  it('gives back what was put, to other instances too', () => {
    const folder = testFolder();
    expect(new WovenCache(folder).get(key)).toBeUndefined();
    new WovenCache(folder).put(key, bytes);
    expect(new WovenCache(folder).get(key)?.meta.moduleClass).toBe('a.$module');
    expect(files(folder)).toHaveLength(1);
  });

  it('takes a damaged entry for none and repairs it', () => {
    const folder = testFolder();
    const cache = new WovenCache(folder);
    cache.put(key, bytes);
    const [file] = files(folder);
    writeFileSync(file!, readFileSync(file!).subarray(0, 40));
    expect(cache.get(key)).toBeUndefined();
    cache.put(key, bytes);
    expect(cache.get(key)).toBeDefined();
  });

  it('works without a place to write', () => {
    const folder = testFolder({ file: '' });
    const cache = new WovenCache(path.join(folder, 'file'));
    cache.put(key, bytes);
    expect(cache.get(key)).toBeUndefined();
  });

  it('removes what was not used for longest, and leftovers of killed writers', () => {
    const folder = testFolder();
    const cache = new WovenCache(folder, bytes.length * 4);
    for (let i = 0; i < 8; i++) cache.put(`0${i}00`, bytes);
    const old = Date.now() / 1000 - 100_000;
    files(folder)
      .sort()
      .forEach((file, i) => utimesSync(file, old + i, old + i));
    writeFileSync(path.join(folder, 'woven', '00', 'left.tmp'), 'x');
    utimesSync(path.join(folder, 'woven', '00', 'left.tmp'), old, old);
    expect(cache.get('0000')).toBeDefined(); // used again: the youngest now
    cache.prune();
    expect(files(folder).map((file) => path.basename(path.dirname(file)))).toEqual(['00', '06', '07']);
  });

  it('lies where the system keeps caches', () => {
    expect(defaultCacheDirectory({ PAL_CACHE_DIR: path.resolve('/own') })).toBe(path.resolve('/own'));
    if (process.platform !== 'win32') {
      expect(defaultCacheDirectory({ XDG_CACHE_HOME: '/xdg' })).toBe('/xdg/pal');
      expect(defaultCacheDirectory({ XDG_CACHE_HOME: 'relative' })).toMatch(/\.cache\/pal$/);
    }
  });
});
