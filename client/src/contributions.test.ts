/** package.json and the code name the same things, both ways; every text of package.json is translatable. */
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  commands,
  contextKeys,
  debugType,
  internalCommands,
  languages,
  settings,
  taskType,
  views,
} from './contributions';

const root = path.resolve(import.meta.dirname, '../..');

interface MenuItem {
  readonly command?: string;
  readonly when?: string;
}
interface Manifest {
  readonly contributes: {
    readonly commands: readonly { command: string; title: string; category: string; enablement?: string }[];
    readonly views: Record<string, readonly { id: string }[]>;
    readonly viewsContainers: { activitybar: readonly { id: string; icon: string }[] };
    readonly viewsWelcome: readonly { view: string; contents: string; when: string }[];
    readonly menus: Record<string, readonly MenuItem[]>;
    readonly keybindings: readonly MenuItem[];
    readonly configuration: readonly { title: string; order: number; properties: Record<string, Setting> }[];
    readonly debuggers: readonly { type: string }[];
    readonly taskDefinitions: readonly { type: string }[];
    readonly languages: readonly { id: string }[];
    readonly grammars: readonly { path: string; scopeName: string }[];
  };
  readonly capabilities: { untrustedWorkspaces: { supported: string; restrictedConfigurations: readonly string[] } };
}
interface Setting {
  readonly order: number;
  readonly scope: string;
  readonly markdownDescription: string;
  readonly default: unknown;
}

const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');
const manifest = JSON.parse(read('package.json')) as Manifest;
const nls = JSON.parse(read('package.nls.json')) as Record<string, string>;
const { contributes } = manifest;
const sorted = (values: Iterable<string>): readonly string[] => [...values].sort();

describe('package.json and contributions.ts', () => {
  it('have the same commands', () => {
    const known = Object.values(commands).filter((id) => !internalCommands.includes(id));
    expect(sorted(contributes.commands.map(({ command }) => command))).toEqual(sorted(known));
  });

  it('have the same views', () => {
    const declared = Object.entries(contributes.views).flatMap(([container, list]) => [
      container,
      ...list.map((v) => v.id),
    ]);
    expect(sorted(declared)).toEqual(sorted(Object.values(views)));
  });

  it('have the same settings, complete', () => {
    const declared = contributes.configuration.flatMap(({ properties }) => Object.entries(properties));
    expect(sorted(declared.map(([key]) => key))).toEqual(sorted(Object.values(settings)));
    for (const [key, setting] of declared) {
      expect({
        key,
        order: typeof setting.order,
        scope: typeof setting.scope,
        fallback: setting.default !== undefined,
      }).toEqual({
        key,
        order: 'number',
        scope: 'string',
        fallback: true,
      });
    }
  });

  it('have the settings in the table of the README', () => {
    const table = [...read('README.md').matchAll(/^\| `(pal\.[\w.]+)` \|/gm)].map(([, key]) => key!);
    expect(sorted(table)).toEqual(sorted(Object.values(settings)));
  });

  it('have the same task type, debug type and language', () => {
    expect(contributes.taskDefinitions.map(({ type }) => type)).toEqual([taskType]);
    expect(contributes.debuggers.map(({ type }) => type)).toEqual([debugType]);
    expect(contributes.languages.map(({ id }) => id)).toEqual(Object.values(languages));
  });

  it('use in menus, keys and welcome texts only commands and context keys that exist', () => {
    const items = [...Object.values(contributes.menus).flat(), ...contributes.keybindings];
    const ids = new Set<string>(Object.values(commands));
    expect(items.flatMap(({ command }) => (command !== undefined && !ids.has(command) ? [command] : []))).toEqual([]);
    const linked = contributes.viewsWelcome.flatMap(({ contents }) => [
      ...nls[contents.replaceAll('%', '')]!.matchAll(/\(command:([\w.]+)\)/g),
    ]);
    expect(linked.map(([, id]) => id!).filter((id) => !ids.has(id))).toEqual([]);
    const whens = [...items, ...contributes.viewsWelcome].map(({ when }) => when);
    const clauses = [...whens, ...contributes.commands.map(({ enablement }) => enablement)].join(' ');
    const used = new Set([...clauses.matchAll(/\bpal\.[\w.]+/g)].map(([name]) => name));
    const known = new Set<string>([...Object.values(contextKeys), ...Object.values(views)]);
    expect([...used].filter((name) => !known.has(name))).toEqual([]);
    expect(Object.values(contextKeys).filter((name) => !used.has(name))).toEqual([]);
  });

  it('restrict every setting that decides what runs, in an untrusted workspace', () => {
    const { supported, restrictedConfigurations } = manifest.capabilities.untrustedWorkspaces;
    expect(supported).toBe('limited');
    expect(restrictedConfigurations).toEqual(
      expect.arrayContaining([settings.runtimePath, settings.runtimeNode, settings.runOptions]),
    );
    expect(restrictedConfigurations.filter((key) => !Object.values<string>(settings).includes(key))).toEqual([]);
  });

  it('point to files that exist', () => {
    const files = [
      ...contributes.viewsContainers.activitybar.map(({ icon }) => icon),
      ...contributes.grammars.map((grammar) => grammar.path),
    ];
    for (const file of files) expect(read(file).length).toBeGreaterThan(0);
    for (const grammar of contributes.grammars) {
      expect(JSON.parse(read(grammar.path))).toMatchObject({ scopeName: grammar.scopeName });
    }
  });
});

describe('texts', () => {
  const textKeys = new Set([
    'title',
    'name',
    'description',
    'markdownDescription',
    'contents',
    'contextualTitle',
    'label',
  ]);

  it('of package.json are keys of package.nls.json, and every key is used', () => {
    const bare: string[] = [];
    const used = new Set<string>();
    const visit = (value: unknown, key: string): void => {
      if (Array.isArray(value)) value.forEach((item) => visit(item, key));
      else if (typeof value === 'object' && value !== null) {
        for (const [name, child] of Object.entries(value)) {
          if (name !== 'body') visit(child, name); // the text of a snippet is code
        }
      } else if (textKeys.has(key) && typeof value === 'string') {
        const match = /^%(.+)%$/.exec(value);
        if (match) used.add(match[1]!);
        else bare.push(value);
      }
    };
    visit(contributes, '');
    visit(manifest.capabilities, '');
    expect(bare).toEqual([]);
    expect(sorted(used)).toEqual(sorted(Object.keys(nls)));
  });

  it('of the code are in the translation template', async () => {
    const folder = path.join(root, 'client/src');
    const texts = new Map<string, string>();
    for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
      if (!file.endsWith('.ts') || file.endsWith('.test.ts')) continue;
      for (const [, quoted] of read(path.join('client/src', file)).matchAll(/\bt\(\s*('(?:[^'\\]|\\.)*')/g)) {
        const text = quoted!.slice(1, -1).replaceAll("\\'", "'");
        texts.set(text, text);
      }
    }
    const template = Object.fromEntries([...texts].sort(([a], [b]) => (a < b ? -1 : 1)));
    await expect(JSON.stringify(template, undefined, 2) + '\n').toMatchFileSnapshot('../l10n/bundle.l10n.json');
  });
});
