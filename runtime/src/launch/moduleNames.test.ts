import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ModuleNames } from './moduleNames';

describe('ModuleNames', () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(path.join(os.tmpdir(), 'pal-names-'));
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  const write = (name: string, text = ''): string => {
    const file = path.join(root, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
    return file;
  };

  it('gives a source file and its compiled form the same name', () => {
    write('package.json', '{"name":"shop"}');
    const names = new ModuleNames(root);
    expect(names.prefixOf(write('src/orders.ts'))).toBe('shop.orders');
    expect(names.prefixOf(write('dist/orders.js'))).toBe('shop.orders');
    expect(names.prefixOf(write('dist/orders.mjs'))).toBe('shop.orders');
  });

  it('names scoped packages, folders and index files', () => {
    write('package.json', '{"name":"@acme/web-shop"}');
    const names = new ModuleNames(root);
    expect(names.prefixOf(write('src/api/v1/index.ts'))).toBe('acme.web_shop.api.v1');
    expect(names.prefixOf(write('src/index.ts'))).toBe('acme.web_shop.index');
    expect(names.prefixOf(write('src/api/src/x.ts'))).toBe('acme.web_shop.api.src.x');
  });

  it('keeps segments legal in Java', () => {
    write('package.json', '{"name":"shop"}');
    const names = new ModuleNames(root);
    expect(names.prefixOf(write('src/new.ts'))).toBe('shop._new');
    expect(names.prefixOf(write('src/2d/line-art.ts'))).toBe('shop._2d.line_art');
  });

  it('tells siblings apart that become equal', () => {
    write('package.json', '{"name":"shop"}');
    const [first, second] = [write('a+b.ts'), write('a-b.ts')];
    const names = new ModuleNames(root);
    expect([names.prefixOf(first), names.prefixOf(second)]).toEqual(['shop.a_b', 'shop.a_b_2']);
    expect([new ModuleNames(root).prefixOf(second)]).toEqual(['shop.a_b_2']);
  });

  it('uses the project folder where no package has a name, and looks past a nameless package.json', () => {
    write('esm/package.json', '{"type":"module"}');
    const names = new ModuleNames(root);
    const base = path.basename(root).replace(/[^A-Za-z0-9_$]/g, '_');
    expect(names.prefixOf(write('esm/a.js'))).toBe(`${base}.esm.a`);
  });

  it('uses the name of a dependency for its modules', () => {
    write('package.json', '{"name":"shop"}');
    write('node_modules/left-pad/package.json', '{"name":"left-pad"}');
    expect(new ModuleNames(root).prefixOf(write('node_modules/left-pad/lib/pad.js'))).toBe('left_pad.pad');
  });
});
