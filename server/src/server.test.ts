import type { Diagnostic } from 'vscode-languageserver';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TestClient } from './testClient';

const good = `bundle: audit
defaults:
  peer: auditor
  ttl: 30m
intercepts:
  - target: com.acme.OrderService.place
    type: BEFORE
    callback:
      class: Audit
      method: check
    params: [java.lang.String, int]
  - target: com.acme.Order.total
    type: after
    callback: { class: Audit, method: read }
    kind: field
    fieldOp: GET
`;

/** `code@text` of each diagnostic: what is underlined, and why. */
function brief(text: string, diagnostics: readonly Diagnostic[]): readonly string[] {
  const lines = text.split('\n');
  return diagnostics.map(({ code, range }) => {
    const { start, end } = range;
    const last = end.line === start.line ? end.character : undefined;
    return `${String(code)}@${start.line + 1}:${lines[start.line]!.slice(start.character, last)}`;
  });
}

let client: TestClient;
beforeEach(async () => {
  client = await TestClient.start();
});
afterEach(async () => {
  await client.stop();
});

async function check(text: string, uri?: string): Promise<readonly string[]> {
  return brief(text, await client.diagnostics(await client.open(text, uri)));
}

const entry = (lines: string): string =>
  `bundle: a\ndefaults: { peer: p }\nintercepts:\n  - target: A.b\n    type: BEFORE\n    callback: { class: C, method: m }\n${lines}`;

describe('diagnostics', () => {
  it('are none for a good bundle', async () => {
    expect(await check(good)).toEqual([]);
  });

  it('stand at unknown keys on every level, with what was meant', async () => {
    const text =
      good.replace('ttl:', 'tll:').replace('class: Audit\n', 'class: Audit\n      clazz: X\n') + 'notes: x\n';
    expect(await check(text)).toEqual(['unknown-key@4:tll', 'unknown-key@10:clazz', 'unknown-key@18:notes']);
    const [first, , last] = await client.diagnostics(await client.open(text));
    expect(first).toMatchObject({ source: 'PAL', severity: 2, data: { suggestion: 'ttl' } });
    expect(first!.message).toContain("Did you mean 'ttl'?");
    expect(last!.message).not.toContain('Did you mean');
  });

  it('stand at YAML syntax errors, and say nothing that only follows from them', async () => {
    expect(await check('bundle: a\nintercepts:\n  - target A.b\n    type: BEFORE\n')).toEqual([
      'yaml-syntax@3:target A.b',
    ]);
  });

  it('show an unclosed quote where it begins', async () => {
    expect(await check('bundle: "audit\nintercepts: []\n')).toEqual(['yaml-syntax@1:"audit']);
  });

  it('keep the rest of a broken file checked', async () => {
    const text = entry('    prio: 3\n  - target: C.d\n    type: NEVER\n    callback: { class: C, method: m \n');
    expect(await check(text)).toEqual(expect.arrayContaining(['unknown-key@7:prio', 'invalid-word@9:NEVER']));
  });

  it('refuse foreign tags and a second document, as PAL does', async () => {
    expect(await check('bundle: !!java.util.Date x\nintercepts: [{target: A.b}]\n')).toContain(
      'yaml-syntax@1:!!java.util.Date',
    );
    expect(await check(`${good}---\nbundle: b\n`)).toEqual(['yaml-syntax@17:---']);
  });

  it.each([
    ['ttl: 30', 'invalid-duration@7:30'],
    ['ttl: 1.5s', 'invalid-duration@7:1.5s'],
    ['ttl: 5 m', 'invalid-duration@7:5 m'],
    ['ttl:', 'empty-value@7:ttl'],
    ['priority: high', 'invalid-integer@7:high'],
    ['priority: 1.5', 'invalid-integer@7:1.5'],
    ['forceImmediate: maybe', 'invalid-boolean@7:maybe'],
    ['exceptionPolicy: SUPPRESS_ALL', 'invalid-word@7:SUPPRESS_ALL'],
    ['checkedExceptionPolicy: SUPPRESS', 'invalid-word@7:SUPPRESS'],
    ['kind: constructor', 'invalid-word@7:constructor'],
    ['kind: field', 'missing-field-op@7:field'],
    ['fieldOp: SET', 'ignored-key@7:fieldOp'],
    ['params: int', 'wrong-type@7:int'],
    ['params: [[int]]', 'wrong-type@7:[int]'],
    ['type: AFTER', 'duplicate-key@7:type'],
  ])('check values: %s', async (line, expected) => {
    expect(await check(entry(`    ${line}\n`))).toContain(expected);
  });

  it.each(['ttl: 0', "ttl: '0'", 'ttl: 250ms', 'priority: -3', "priority: '7'", 'forceImmediate: yes', 'type: around'])(
    'accept what PAL accepts: %s',
    async (line) => {
      const codes = (await check(entry(`    ${line}\n`))).filter((found) => !found.startsWith('duplicate-key'));
      expect(codes).toEqual([]);
    },
  );

  it('report what is missing at the mapping that lacks it', async () => {
    expect(await check('intercepts:\n  - type: BEFORE\n    callback:\n      class: C\n')).toEqual([
      'missing-key@1:intercepts',
      'missing-key@2:type',
      'missing-peer@2:type',
      'missing-key@4:class',
    ]);
    expect(await check('bundle: a\nintercepts: []\n')).toEqual(['empty-list@2:[]']);
    expect(await check('- a\n')).toEqual(['wrong-type@1:- a']);
    expect(await check('')).toEqual(['missing-key@1:']);
  });

  it('check targets', async () => {
    const target = (text: string): string => entry('').replace('A.b', text);
    expect(await check(target('place'))).toEqual(['invalid-target@4:place']);
    expect(await check(target('.place'))).toEqual(['invalid-target@4:.place']);
    expect(await check(target('A.'))).toEqual(['invalid-target@4:A.']);
    expect(await check(target('"com.**.*"'))).toEqual([]);
  });

  it('see two entries that PAL takes for one', async () => {
    const twice = entry('  - target: A.b\n    type: before\n    callback: { class: C, method: m }\n    priority: 9\n');
    expect(await check(twice)).toEqual(['duplicate-intercept@7:target']);
  });

  it('follow aliases and merges', async () => {
    const text =
      'bundle: a\ndefaults: { peer: p }\nintercepts:\n  - &one\n    target: A.b\n    type: BEFORE\n    callback: &cb { class: C, method: m }\n' +
      '  - target: A.c\n    type: AFTER\n    callback: *cb\n  - <<: *one\n    target: A.d\n';
    expect(await check(text)).toEqual([]);
  });

  it('belong to PAL files only: by name, or by both root keys', async () => {
    expect(await check('bundle: x\nfoo: y\n', 'file:///w/databricks.yaml')).toEqual([]);
    expect(await check(entry('    prio: 1\n'), 'file:///w/audit.yaml')).toEqual(['unknown-key@7:prio']);
  });

  it('follow changes', async () => {
    const uri = await client.open(entry('    prio: 1\n'));
    expect(await client.diagnostics(uri)).toHaveLength(1);
    await client.change(uri, entry('    priority: 1\n'));
    expect(await client.diagnostics(uri)).toEqual([]);
  });
});

describe('beside another YAML server', () => {
  it('leaves syntax errors to it and keeps what only PAL knows', async () => {
    const other = await TestClient.start({ options: { otherYamlServer: true } });
    const text = entry('    prio: 1\n') + '  - "x\n';
    const found = brief(text, await other.diagnostics(await other.open(text)));
    expect(found).toEqual(['unknown-key@7:prio']);
    await other.stop();
  });
});

describe('a client that does not ask for diagnostics', () => {
  it('gets them pushed, and cleared when the file closes', async () => {
    const pushed = await TestClient.start({ pull: false });
    expect(pushed.initialized.capabilities.diagnosticProvider).toBeUndefined();
    const uri = await pushed.open('bundle: a\nintercepts: []\n');
    expect(await pushed.published()).toMatchObject({ uri, diagnostics: [{ code: 'empty-list' }] });
    await pushed.closeDocument(uri);
    expect(await pushed.published()).toEqual({ uri, diagnostics: [] });
    await pushed.stop();
  });
});

/** Opens `text` with `|` as the cursor, and returns the labels offered there. */
async function complete(text: string): Promise<readonly string[]> {
  const at = text.indexOf('|');
  const before = text.slice(0, at).split('\n');
  const uri = await client.open(text.replace('|', ''));
  const items = await client.completion(uri, before.length - 1, before.at(-1)!.length);
  return items.map((item) => item.label);
}

describe('completion', () => {
  it('offers the keys that are not there yet, required ones first', async () => {
    expect(await complete('bundle: a\n|')).toEqual(['defaults', 'intercepts']);
    expect(await complete('|')).toEqual(['bundle', 'defaults', 'intercepts']);
  });

  it('knows the level from the indentation', async () => {
    expect(await complete(entry('    |'))).toEqual(expect.arrayContaining(['kind', 'params', 'ttl']));
    expect(await complete(entry('    |'))).not.toContain('target');
    expect(await complete(entry('|'))).toEqual([]);
    expect(await complete('bundle: a\ndefaults:\n  |\n')).toContain('peer');
    expect(await complete('bundle: a\nintercepts:\n  - |')).toEqual(
      expect.arrayContaining(['target', 'type', 'callback']),
    );
    expect(await complete('bundle: a\nintercepts:\n  - target: A.b\n    callback:\n      |')).toEqual([
      'class',
      'method',
    ]);
  });

  it('offers the words a key takes', async () => {
    expect(await complete(entry('    kind: |'))).toEqual(['method', 'field']);
    expect(await complete(entry('    exceptionPolicy: SW|'))).toContain('SWALLOW_ALL');
    expect(await complete(entry('    ttl: |'))).toEqual([]);
  });

  it('works inside flow mappings', async () => {
    expect(await complete('bundle: a\ndefaults: { pe| }\n')).toContain('peer');
    expect(await complete('bundle: a\ndefaults: { peer: x, | }\n')).not.toContain('peer');
  });

  it('says nothing inside comments', async () => {
    expect(await complete('bundle: a # |')).toEqual([]);
  });

  it('replaces the word it stands on and does not double the colon', async () => {
    const uri = await client.open('bundle: a\nint: \n');
    const item = (await client.completion(uri, 1, 3)).find(({ label }) => label === 'intercepts')!;
    expect(item.textEdit).toEqual({
      range: { start: { line: 1, character: 0 }, end: { line: 1, character: 3 } },
      newText: 'intercepts',
    });
  });
});

describe('hover', () => {
  it('documents keys and words', async () => {
    const uri = await client.open(good);
    const key = await client.hover(uri, 6, 6);
    expect(JSON.stringify(key)).toContain('When the callback runs');
    expect(key!.range).toEqual({ start: { line: 6, character: 4 }, end: { line: 6, character: 8 } });
    expect(JSON.stringify(await client.hover(uri, 12, 12))).toContain('After the operation');
    expect(await client.hover(uri, 0, 9)).toBeNull();
  });

  it('is silent in other YAML files', async () => {
    const uri = await client.open('bundle: x\n', 'file:///w/other.yaml');
    expect(await client.hover(uri, 0, 2)).toBeNull();
  });
});
