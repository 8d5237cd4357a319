import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { PalError } from '../errors';
import { buildScope, DEFAULT_SCOPE, type ScopeFlags } from './scopeConfig';
import { packageInScope, scopeFilter } from './scopeFilter';
import { parseScopePolicy } from './scopePolicy';

const folder = mkdtempSync(join(tmpdir(), 'pal-scope-'));
afterAll(() => rmSync(folder, { recursive: true }));
let files = 0;
const policy = (text: string): string => {
  const path = join(folder, `scope${files++}.yaml`);
  writeFileSync(path, text);
  return path;
};

const records = (flags: ScopeFlags, name: string, member: string, category = 'METHOD' as const): boolean =>
  scopeFilter(buildScope(flags))(name, member, category);

test('nothing configured records everything that is offered', () => {
  expect(buildScope({})).toEqual(DEFAULT_SCOPE);
  expect(records({}, 'a.B', 'c')).toBe(true);
});

test.each([
  ['--scope infers SKIP', { scope: ['a.**'] }, 'SKIP'],
  ['--scope-exclude alone infers RECORD', { scopeExclude: ['a.**'] }, 'RECORD'],
  ['--scope-io alone infers SKIP', { scopeIo: true }, 'SKIP'],
  ['--scope-exclude with --scope-io infers RECORD', { scopeExclude: ['a.**'], scopeIo: true }, 'RECORD'],
  ['--scope-default wins, any case', { scope: ['a.**'], scopeDefault: 'Record' }, 'RECORD'],
] as const)('%s', (_name, flags, action) => {
  expect(buildScope(flags).defaultAction).toBe(action);
});

test('a policy file suppresses inference: RECORD when it names no default', () => {
  expect(buildScope({ scope: ['a.**'], scopePolicy: policy('rules: []') }).defaultAction).toBe('RECORD');
  expect(buildScope({ scope: ['a.**'], scopePolicy: policy('') }).defaultAction).toBe('RECORD');
  expect(buildScope({ scopePolicy: policy('defaultAction: SKIP') }).defaultAction).toBe('SKIP');
});

test('exclusion beats inclusion beats the io list beats the policy file', () => {
  const path = policy('rules:\n  - {class: js.Date, action: SKIP}\n  - {class: b.C, action: RECORD}\n');
  const flags: ScopeFlags = { scopeExclude: ['a.Secret'], scope: ['a.**'], scopeIo: true, scopePolicy: path };
  expect(records(flags, 'a.Secret', 'x')).toBe(false);
  expect(records(flags, 'a.Open', 'x')).toBe(true);
  expect(records(flags, 'js.Date', 'now')).toBe(true);
  expect(records(flags, 'js.Date', 'toISOString')).toBe(false);
  expect(records(flags, 'b.C', 'x')).toBe(true);
  expect(records(flags, 'z.Other', 'x')).toBe(true); // a policy file without defaultAction: RECORD
});

test('command-line patterns are class patterns', () => {
  expect(records({ scope: ['java.lang.System.currentTimeMillis'] }, 'java.lang.System', 'currentTimeMillis')).toBe(
    false,
  );
  expect(records({ scope: ['java.lang.String.**'] }, 'java.lang.String', 'length')).toBe(true);
  expect(records({ scope: ['com.example.*'] }, 'com.example.a.B', 'x')).toBe(false);
});

test('rules may name members and categories', () => {
  const flags = {
    scopePolicy: policy(
      'defaultAction: SKIP\nrules:\n  - {class: "shop.**", member: "get*", action: SKIP}\n' +
        '  - {class: "shop.**", action: RECORD, categories: [METHOD, CONSTRUCTOR]}\n' +
        '  - {class: "shop.Cart", action: RECORD, categories: FIELD_SET}\n',
    ),
  };
  const filter = scopeFilter(buildScope(flags));
  expect(filter('shop.Cart', 'getTotal', 'METHOD')).toBe(false);
  expect(filter('shop.Cart', 'add', 'METHOD')).toBe(true);
  expect(filter('shop.Cart', 'new', 'CONSTRUCTOR')).toBe(true);
  expect(filter('shop.Cart', 'items', 'FIELD_SET')).toBe(true);
  expect(filter('shop.Cart', 'items', 'FIELD_GET')).toBe(false);
  expect(filter('shop.Cart', 'items', 'FIELD_GET')).toBe(false); // the cached answer
});

test('field accesses can be turned off as a whole', () => {
  const filter = scopeFilter(buildScope({ fieldReads: false }));
  expect([filter('a.B', 'x', 'FIELD_GET'), filter('a.B', 'x', 'FIELD_SET')]).toEqual([false, true]);
  const kept = scopeFilter(buildScope({ scopePolicy: policy('fieldWrites: false\nbuiltins: false') }));
  expect([kept('a.B', 'x', 'FIELD_GET'), kept('a.B', 'x', 'FIELD_SET')]).toEqual([true, false]);
});

test('packages are named, by pattern too', () => {
  const config = buildScope({ packages: ['zod', '@acme/*'] });
  expect(['zod', 'zod-x', '@acme/core', '@acmex/core'].map((name) => packageInScope(config, name))).toEqual([
    true,
    false,
    true,
    false,
  ]);
});

test.each([
  ['a: [1', /scope\.yaml:1: malformed YAML/],
  ['- 1', /must be a mapping/],
  ['rules: 1', /rules must be a list/],
  ['rules:\n  - 1', /rules\[0\] must be a mapping/],
  ['rules:\n  - {action: SKIP}', /scope\.yaml:2: rules\[0\] needs a class/],
  ['rules:\n  - {class: a}', /rules\[0\] needs an action/],
  ['rules:\n  - {class: a, action: skip}', /must be RECORD or SKIP, in upper case, not "skip"/],
  ['rules:\n  - {class: a, action: SKIP, categories: [GET]}', /categories must be of METHOD/],
  ['rules:\n  - {class: a, member: 3, action: SKIP}', /member must be a pattern/],
  ['defaultAction: record', /defaultAction must be RECORD or SKIP/],
  ['fieldReads: maybe', /fieldReads must be true or false/],
])('%j is refused', (text, message) => {
  expect(() => parseScopePolicy(text, 'scope.yaml')).toThrow(message);
});

test('unknown keys are ignored', () => {
  expect(parseScopePolicy('comment: x\nrules:\n  - {class: a, action: SKIP, why: y}', 's').rules).toEqual([
    { class: 'a', member: '**', action: 'SKIP' },
  ]);
});

test('an unreadable policy and an unknown default end with exit code 1', () => {
  for (const flags of [{ scopePolicy: join(folder, 'missing.yaml') }, { scopeDefault: 'maybe' }]) {
    let error: unknown;
    try {
      buildScope(flags);
    } catch (caught) {
      error = caught;
    }
    expect(PalError.is(error, 'scope') && error.exitCode).toBe(1);
  }
});
