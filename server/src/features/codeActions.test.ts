import { TextDocument } from 'vscode-languageserver-textdocument';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TestClient } from '../testClient';

let client: TestClient;
beforeEach(async () => {
  client = await TestClient.start({ peers: [{ name: 'auditor', uuid: 'u1', alive: true }] });
});
afterEach(async () => {
  await client.stop();
});

/** Applies the fix with this title for the first problem with this code, and returns the text. */
async function fixed(text: string, code: string, title: string): Promise<string> {
  const uri = await client.open(text);
  const diagnostic = (await client.diagnostics(uri)).find((one) => one.code === code)!;
  const actions = await client.codeActions(uri, diagnostic);
  const action = actions.find((one) => one.title === title);
  if (action === undefined) throw new Error(`offered: ${actions.map((one) => one.title).join(', ')}`);
  return TextDocument.applyEdits(TextDocument.create(uri, 'yaml', 1, text), action.edit!.changes![uri]!);
}

const head = 'bundle: a\ndefaults: { peer: p }\nintercepts:\n';
const entry = '  - target: A.b\n    type: BEFORE\n    callback: { class: C, method: m }\n';

describe('quick fixes', () => {
  it('put the word that was meant', async () => {
    expect(await fixed(`${head}${entry.replace('BEFORE', 'BEFOR')}`, 'invalid-word', "Change to 'BEFORE'")).toBe(
      head + entry,
    );
    expect(await fixed(`${head}${entry}    prioritty: 1\n`, 'unknown-key', "Change to 'priority'")).toBe(
      `${head}${entry}    priority: 1\n`,
    );
    expect(await fixed(`${head}${entry}    ttl: 30\n`, 'invalid-duration', "Change to '30s'")).toBe(
      `${head}${entry}    ttl: 30s\n`,
    );
  });

  it('remove keys, block and flow, first, middle and last', async () => {
    expect(await fixed(`${head}${entry}    foo: 1\n`, 'unknown-key', "Remove 'foo'")).toBe(head + entry);
    expect(await fixed(`${head}${entry}    foo:\n      bar: 1\n`, 'unknown-key', "Remove 'foo'")).toBe(head + entry);
    expect(await fixed(`${head}${entry.replace('- ', '- foo: 1\n    ')}`, 'unknown-key', "Remove 'foo'")).toBe(
      head + entry,
    );
    expect(await fixed(head.replace('peer: p', 'foo: 1, peer: p') + entry, 'unknown-key', "Remove 'foo'")).toBe(
      head + entry,
    );
    expect(await fixed(head.replace('peer: p', 'peer: p, foo: 1') + entry, 'unknown-key', "Remove 'foo'")).toBe(
      head + entry,
    );
  });

  it('add what is missing, in the style of the mapping', async () => {
    expect(await fixed(`${head}${entry.replace('    type: BEFORE\n', '')}\n# end\n`, 'missing-key', "Add 'type'")).toBe(
      `${head}${entry.replace('    type: BEFORE\n', '')}    type: BEFORE\n\n# end\n`,
    );
    expect(await fixed(head + entry.replace(', method: m', ''), 'missing-key', "Add 'method'")).toBe(
      head + entry.replace('method: m', 'method: handle'),
    );
    expect(await fixed(`intercepts:\n${entry}`, 'missing-key', "Add 'bundle'")).toBe(
      `intercepts:\n${entry}bundle: audit\n`,
    );
    expect(await fixed('bundle: a\n', 'missing-key', "Add 'intercepts'")).toBe('bundle: a\nintercepts: []\n');
  });

  it('choose the access of a field', async () => {
    expect(await fixed(`${head}${entry}    kind: field\n`, 'missing-field-op', "Add 'fieldOp: PUT'")).toBe(
      `${head}${entry}    kind: field\n    fieldOp: PUT\n`,
    );
    expect(await fixed(`${head}${entry}    fieldOp: GET\n`, 'ignored-key', "Set 'kind: field'")).toBe(
      `${head}${entry}    fieldOp: GET\n    kind: field\n`,
    );
  });

  it('give the bundle a peer', async () => {
    const text = `bundle: a\nintercepts:\n${entry}`;
    expect(await fixed(text, 'missing-peer', "Add defaults with a 'peer'")).toBe(`${text}defaults: { peer: peer }\n`);
    expect(await fixed(text, 'missing-peer', "Add 'peer' to this intercept")).toBe(`${text}    peer: peer\n`);
    const withDefaults = `bundle: a\ndefaults:\n  ttl: 5m\nintercepts:\n${entry}`;
    expect(await fixed(withDefaults, 'missing-peer', "Add 'peer' to the defaults")).toBe(
      withDefaults.replace('ttl: 5m\n', 'ttl: 5m\n  peer: peer\n'),
    );
  });

  it('leave a document that a second round finds nothing wrong with', async () => {
    const text = await fixed(`${head}${entry.replace('BEFORE', 'BEFOR')}`, 'invalid-word', "Change to 'BEFORE'");
    expect(await client.diagnostics(await client.open(text))).toEqual([]);
  });
});

describe('the outline', () => {
  it('names the intercepts by their targets', async () => {
    const symbols = await client.symbols(await client.open(head + entry));
    expect(symbols.map(({ name, detail }) => `${name} ${detail ?? ''}`.trim())).toEqual([
      'bundle a',
      'defaults',
      'intercepts',
    ]);
    expect(symbols[2]!.children).toMatchObject([{ name: 'A.b', detail: 'BEFORE → C.m' }]);
  });

  it('survives what is half-written', async () => {
    expect(await client.symbols(await client.open('bundle:\nintercepts:\n  - \n  - target:\n'))).toHaveLength(2);
  });
});

describe('folding', () => {
  it('covers mappings, entries and comment blocks', async () => {
    const ranges = await client.folding(await client.open(`# one\n# two\n${head}${entry}`));
    expect(ranges).toEqual([
      { startLine: 4, endLine: 7 },
      { startLine: 5, endLine: 7 },
      { startLine: 0, endLine: 1, kind: 'comment' },
    ]);
  });
});

describe('peers', () => {
  it('of the directory are offered where a peer is asked for', async () => {
    const uri = await client.open(`${head}${entry}    peer: \n`);
    expect((await client.completion(uri, 6, 10)).map(({ label }) => label)).toEqual(['auditor']);
  });
});

describe('effective values', () => {
  it('are told where an entry overrides a default', async () => {
    const uri = await client.open(`bundle: a\ndefaults: { peer: p, ttl: 5m }\nintercepts:\n${entry}    ttl: 10m\n`);
    expect(JSON.stringify(await client.hover(uri, 6, 5))).toContain(
      'Effective here: `10m`, instead of the default `5m`',
    );
  });
});
