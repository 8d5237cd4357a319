/**
 * The grammars, run by the engine that VS Code runs them with, over sample files. The tokens are compared with the file beside the sample: a change of colours
 * is a diff to read. `vitest -u` writes them anew.
 */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { loadWASM, OnigScanner, OnigString } from 'vscode-oniguruma';
import { INITIAL, parseRawGrammar, Registry, type IGrammar } from 'vscode-textmate';
import { beforeAll, describe, expect, it } from 'vitest';

const root = path.resolve(import.meta.dirname, '..');
const fixtures = path.join(root, 'test/fixtures/syntaxes');

/** A stand-in for VS Code's YAML grammar, large enough to be injected into: comments, quoted texts, keys. */
const yaml = JSON.stringify({
  scopeName: 'source.yaml',
  patterns: [
    { match: '#.*$', name: 'comment.line.number-sign.yaml' },
    { match: '"[^"]*"', name: 'string.quoted.double.yaml' },
    { match: '[\\w.$]+(?=:)', name: 'entity.name.tag.yaml' },
    { match: '[\\w.$*]+', name: 'string.unquoted.plain.out.yaml' },
  ],
});

let registry: Registry;

beforeAll(async () => {
  const wasm = createRequire(import.meta.url).resolve('vscode-oniguruma/release/onig.wasm');
  const bytes = await readFile(wasm);
  await loadWASM(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
  registry = new Registry({
    onigLib: Promise.resolve({
      createOnigScanner: (patterns) => new OnigScanner(patterns),
      createOnigString: (text) => new OnigString(text),
    }),
    loadGrammar: async (scope) => {
      if (scope === 'source.yaml') return parseRawGrammar(yaml, 'yaml.json');
      const file = scope === 'source.pal-log' ? 'pal-log.tmLanguage.json' : 'pal-bundle.tmLanguage.json';
      return parseRawGrammar(await readFile(path.join(root, 'syntaxes', file), 'utf8'), file);
    },
    getInjections: (scope) => (scope === 'source.yaml' ? ['source.yaml.pal-bundle'] : undefined),
  });
});

function tokens(grammar: IGrammar, text: string): string {
  const lines: string[] = [];
  let stack = INITIAL;
  for (const line of text.replace(/\n$/, '').split('\n')) {
    const result = grammar.tokenizeLine(line, stack);
    stack = result.ruleStack;
    lines.push(line);
    for (const { startIndex, endIndex, scopes } of result.tokens) {
      const word = line.slice(startIndex, endIndex);
      const own = scopes.slice(1).join(' ');
      if (word.trim() !== '' && own !== '') lines.push(`    ${word.trim()} → ${own}`);
    }
  }
  return lines.join('\n') + '\n';
}

describe.each([
  ['tree.pal-log', 'source.pal-log'],
  ['compact.pal-log', 'source.pal-log'],
  ['stream.pal-log', 'source.pal-log'],
  ['bundle.pal.yaml', 'source.yaml'],
])('%s', (file, scope) => {
  it('has the scopes it had', async () => {
    const grammar = await registry.loadGrammar(scope);
    const text = await readFile(path.join(fixtures, file), 'utf8');
    await expect(tokens(grammar!, text)).toMatchFileSnapshot(path.join(fixtures, `${file}.tokens`));
  });
});

describe('a line of the operation stream', () => {
  const scopesOf = async (line: string, word: string): Promise<string> => {
    const grammar = await registry.loadGrammar('source.pal-log');
    const { tokens: found } = grammar!.tokenizeLine(line, INITIAL);
    const token = found.find(({ startIndex, endIndex }) => line.slice(startIndex, endIndex).trim() === word);
    return token?.scopes.slice(1).join(' ') ?? '';
  };

  it.each([
    ['[3] call Cart.add@2', 'add', 'entity.name.function'],
    ['[3] call Cart.add@2', '@2', 'constant.other.reference'],
    ['[3] new Cart', 'Cart', 'entity.name.type.class'],
    ['  [6] put Cart.note@2 ⇦ (="é√€")', '"é√€"', 'string.quoted'],
    ['  [6] put Cart.total@2 ⇦ (=1.25)', '1.25', 'constant.numeric'],
    ['  [6] put Cart.note@2 ⇦ =NULL', '=NULL', 'constant.language.null'],
    ['[9] return int@8(=0) (made)', 'int', 'entity.name.type'],
    ['[9] throw Error: "no"', 'Error', 'invalid'],
    ['[3] call Book.place@44(Customer@84, "bob")', 'Customer', 'entity.name.type'],
    ['[3] call Book.place@44("a call Cart.add@2")', '"a call Cart.add@2"', 'string.quoted'],
    ['[3] call Book.place("a b")', 'place', 'entity.name.function'],
    ['[3] new Order(12.5, true)', '12.5', 'constant.numeric'],
    ['[6] put Cart.lines@2 ⇦ Array@87 []', '@87', 'constant.other.reference'],
    ['[9] return "text (n)"  (src/a.ts:3)', 'src/a.ts:3', 'markup.underline.link'],
    ['[9] return undefined', 'undefined', 'constant.language'],
    ['# Connected.', '# Connected.', 'comment'],
  ])('%s: %s', async (line, word, scope) => {
    expect(await scopesOf(line, word)).toContain(scope);
  });
});
