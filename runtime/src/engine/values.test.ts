import { describe, expect, it } from 'vitest';
import { Control, CONTROL_WORDS } from './ringLayout';
import { Bench, evaluate } from './testing';

const VALUES = { values: { mode: 'shallow', depth: 2, members: 4, bytes: 1024 } } as const;

/** Copies in the order in which they were written. */
function copies(code: string): string[] {
  const bench = new Bench(VALUES);
  bench.run(`const id = (x) => x; ${code}`);
  return bench
    .operations()
    .filter(({ kind }) => kind === 'SNAPSHOT')
    .map(({ values }) => values[0]!);
}

describe('values', () => {
  it('are encoded by kind', () => {
    const bench = new Bench();
    bench.run(
      `const f = (...a) => {}; f(1, -1, 2 ** 28, 2 ** 31, -(2 ** 31), 0.5, -0, NaN, Infinity, -Infinity); f(true, null, undefined, 'é', '', '漢', 10n, -(2n ** 70n), Symbol('s'), Symbol.iterator)`,
    );
    const [first, , second] = bench.operations();
    expect(first!.values.slice(1)).toEqual([
      '1',
      '-1',
      '268435456',
      '2147483648',
      '-2147483648',
      '0.5',
      'negative_zero',
      'nan',
      'positive_infinity',
      'negative_infinity',
    ]);
    expect(second!.values.slice(1)).toEqual([
      'true',
      'null',
      'undefined',
      '"é"',
      '""',
      '"漢"',
      '10n',
      '-1180591620717411303424n',
      'Symbol(s)',
      'Symbol(Symbol.iterator)',
    ]);
  });

  it('long texts are cut and say so', () => {
    const bench = new Bench();
    bench.run(`((x) => x)('z'.repeat(2000))`);
    expect(bench.lines()[0]).toBe(`CALL app.main.$module.fn1 undefined "${'z'.repeat(1024)}…+976"`);
  });

  it('keep one reference for one object, however it cannot be extended', () => {
    const bench = new Bench();
    bench.run(
      `const id = (x) => x; const o = Object.freeze({}); const n = Object.create(null); const p = new Proxy({}, { getPrototypeOf() { throw 1 }, get() { throw 2 } }); for (const x of [o, n, p, id, globalThis]) { id(x); id(x) }`,
    );
    const calls = bench.operations().filter(({ kind }) => kind === 'CALL');
    expect(calls.map(({ values }) => values[1])).toEqual([
      '@1:js.Object', '@1:js.Object', '@2:js.Object', '@2:js.Object', '@3:js.Proxy', '@3:js.Proxy', '@4:js.Function', '@4:js.Function', '@5:js.Object', '@5:js.Object',
    ]); // prettier-ignore
  });

  it('name classes by prototype, own ones in full', () => {
    const bench = new Bench();
    bench.run(
      `class A {} class B extends A {} const id = (x) => x; id(new B()); id(new Map()); id(B); id(Object.create(A.prototype)); id(Object.create({}))`,
    );
    const ids = bench.operations().filter(({ kind, site }) => kind === 'CALL' && site.endsWith('id'));
    expect(ids.map(({ values }) => values[1]!.replace(/@\d+:/, ''))).toEqual([
      'app.main.B',
      'js.Map',
      'class app.main.B',
      'app.main.A',
      'js.Object',
    ]);
  });

  it('errors carry message and cause', () => {
    const bench = new Bench();
    bench.run(
      `class MyError extends Error {} const f = () => { throw new MyError('m', { cause: new TypeError('c') }) }; try { f() } catch {}`,
    );
    expect(bench.operations().find(({ kind }) => kind === 'THROW')!.values[0]).toMatch(
      /^@\d+:app\.main\.MyError\(m\) < js\.TypeError\(c\)$/,
    );
  });
});

describe('copies of plain data', () => {
  it('are bounded in depth and members, cuts marked', () => {
    expect(copies(`id({ a: 1, b: { c: { d: 1 } }, e: [1, [2, [3]]] })`)).toEqual(['{a:1,b:{c:{…1}},e:[1,[…2]]}']);
    expect(copies('id([1, 2, 3, 4, 5, 6])')).toEqual(['[1,2,3,4…6]']);
    expect(copies('id({ a: 1, b: 2, c: 3, d: 4, e: 5 })')).toEqual(['{a:1,b:2,c:3,d:4…5}']);
    expect(copies(`id({ t: 'y'.repeat(300) })`)).toEqual([`{t:CUT_STRING("${'y'.repeat(256)}"…300)}`]);
  });

  it('know the built-in containers', () => {
    expect(
      copies(
        `id(new Map([['k', 1]])); id(new Set(['v'])); id(new Date(5)); id(/x+/gi); id(Buffer.from('hi')); id(new Uint16Array([1, 2])); id([new RangeError('r')])`,
      ),
    ).toEqual([
      'Map{"k"=>1}',
      'Set{"v"}',
      'DATE(5)',
      'REGEXP("x+","gi")',
      'Buffer<6869>',
      'Uint16Array<01000200>',
      '[ERROR("js.RangeError","r")]',
    ]);
  });

  it('leave instances and functions as references, and run nothing', () => {
    expect(
      copies(`class K {} let ran = 0; const bad = { get g() { ran++ }, toJSON() { ran++ }, toString() { ran++ }, [Symbol.iterator]() { ran++ } };
        id({ k: new K(), f: id, p: new Proxy({}, { get() { ran++ }, ownKeys() { ran++ } }) }); id(bad); id(Object.defineProperty([1], 0, { get() { ran++ } })); if (ran) throw new Error('ran')`),
    ).toEqual([
      expect.stringMatching(/^\{k:OPAQUE\(@\d+:app\.main\.K\),f:@\d+:js\.Function,p:OPAQUE\(@\d+:js\.Proxy\)\}$/),
      expect.stringMatching(/^\{toJSON:@\d+:js\.Function,toString:@\d+:js\.Function\}$/),
      '[undefined]',
    ]);
  });

  it('end at cycles and are not repeated at once', () => {
    expect(copies(`const c = { n: 1 }; c.self = c; id([c]); id(c); id(c)`)).toEqual([
      '{n:1,self:{n:1,self:{…1}}}',
      '[{n:1,self:{…1}}]',
    ]);
  });
});

describe('the ring', () => {
  it('wraps with a reader that keeps pace, losing nothing', () => {
    const bench = new Bench({}, 1 << 12);
    const { f } = bench.run('module.exports.f = function f(a, b) { return a + b + 0.5 }') as {
      f: (a: number, b: number) => number;
    };
    const seen: string[] = [];
    for (let i = 0; i < 3000; i++) {
      f(i, 0.25);
      if (i % 50 === 0) for (const { kind, values } of bench.operations()) if (kind === 'CALL') seen.push(values[1]!);
    }
    for (const { kind, values } of bench.operations()) if (kind === 'CALL') seen.push(values[1]!);
    expect(seen).toEqual(Array.from({ length: 3000 }, (_, i) => String(i)));
  });

  it('stops recording and goes on when the host has failed', () => {
    const bench = new Bench({}, 1 << 12);
    const { f } = bench.run('module.exports.f = function f(a) { return a + 1 }') as { f: (a: number) => number };
    Atomics.store(new Int32Array(bench.buffer, 0, CONTROL_WORDS), Control.HOST_FAILED, 1);
    let sum = 0;
    for (let i = 0; i < 20_000; i++) sum = f(sum);
    expect(sum).toBe(20_000);
    expect(bench.engine.recording).toBe(false);
  });

  it('shows every word to a host that looks, published or not', () => {
    const bench = new Bench();
    const code = bench.weave('const o = { a: 1 }; o.a');
    // Top-level accesses end no call: nothing publishes them.
    evaluate(code);
    const control = new Int32Array(bench.buffer, 0, CONTROL_WORDS);
    const published = Atomics.load(control, Control.WRITE);
    expect(control[Control.APP_INDEX]).toBeGreaterThan(published);
    expect(bench.lines()).toEqual(['GET a @1:js.Object 1']);
  });
});
