import { describe, expect, it } from 'vitest';
import { Bench } from './testing';

/** Field operations only, without reference numbers. */
function fields(code: string): string[] {
  const bench = new Bench();
  bench.run(code);
  return bench
    .lines()
    .filter((line) => /^(GET|PUT|ACCESSOR)/.test(line))
    .map((line) => line.replaceAll(/@\d+:/g, '').replaceAll('app.main.', ''));
}

describe('field reads and writes', () => {
  it('are recorded where they happen, in order, with what was read and written', () => {
    expect(
      fields(
        `class A { x = 1; static n = 5; #p = 2; m() { this.x += 2; this.x++; const y = this.x--; this.#p = y; A.n *= 2; return this.#p } } new A().m()`,
      ),
    ).toEqual([
      'PUT n class A 5',
      'PUT x A 1',
      'PUT #p A 2',
      'GET x A 1',
      'PUT x A 3',
      'GET x A 3',
      'PUT x A 4',
      'GET x A 4',
      'PUT x A 3',
      'PUT #p A 4',
      'GET n class A 5',
      'PUT n class A 10',
      'GET #p A 4',
    ]);
  });

  it('follow chains and logical assignment', () => {
    expect(
      fields(
        `const o = { a: { b: { c: 1 } }, n: null }; o.a.b.c; o.a?.b; o.n ??= 2; o.n ||= 3; o.n &&= 4; o.a.b.d = o.a.b.c`,
      ),
    ).toEqual([
      'GET a js.Object js.Object',
      'GET b js.Object js.Object',
      'GET c js.Object 1',
      'GET a js.Object js.Object',
      'GET n js.Object null',
      'PUT n js.Object 2',
      'GET n js.Object 2',
      'GET n js.Object 2',
      'PUT n js.Object 4',
      'GET a js.Object js.Object',
      'GET b js.Object js.Object',
      'GET a js.Object js.Object',
      'GET b js.Object js.Object',
      'GET c js.Object 1',
      'PUT d js.Object 1',
    ]);
  });

  it('are one with the woven accessor that they run', () => {
    expect(
      fields(
        `class A { #v = 1; get v() { return this.#v } set v(x) { this.#v = x } static get s() { return 9 } } const a = new A(); a.v = 3; a.v; A.s; const o = { get q() { return 7 } }; o.q; Object.values(o); o.r`,
      ),
    ).toEqual([
      'PUT #v A 1',
      'ACCESSOR_CALL A.v A 3',
      'PUT #v A 3',
      'ACCESSOR_CALL A.v A',
      'GET #v A 3',
      'ACCESSOR_CALL A.s class A',
      'ACCESSOR_CALL $module.q js.Object',
      'ACCESSOR_CALL $module.q js.Object',
      'GET r js.Object undefined',
    ]);
  });

  it('leave out callees, elements, lengths, built-in accessors and names of functions', () => {
    expect(
      fields(
        `const a = [1]; const o = { f() {}, x: { g() {} } }; a.length; a[0]; 'abc'.length; new Map().size; o.f(); (() => o.x.g())(); o.f.name; o['f']; for (const k in o) o[k]; new Error('m').message; (function () { return arguments.length })()`,
      ),
    ).toEqual(['GET x js.Object js.Object', 'GET f js.Object js.Function']);
  });

  it('records functions that an assignment names', () => {
    expect(fields(`const o = {}; o.f = function () {}; o.g = () => {}; if (o.f.name !== '') throw 1`)).toEqual([
      'PUT f js.Object js.Function',
      'PUT g js.Object js.Function',
      'GET f js.Object js.Function',
    ]);
  });

  it('records initialisers inside the constructor call', () => {
    const bench = new Bench();
    bench.run(
      `class A { a = 1; constructor() { this.b = 2 } } class B extends A { c = 3; constructor(x) { super(); this.d = x } } class C extends B { e = 5 } new C(4)`,
    );
    expect(bench.lines().map((line) => line.replaceAll(/@\d+:/g, '').replaceAll('app.main.', ''))).toEqual([
      'CALL C.new unknown 4',
      'CALL B.new unknown 4',
      'CALL A.new C',
      'PUT a C 1',
      'PUT b C 2',
      'RETURN A.new C',
      'PUT c C 3',
      'PUT d C 4',
      'RETURN B.new C',
      'PUT e C 5',
      'RETURN C.new C',
    ]);
  });
});

describe('scope of fields', () => {
  it('is judged by the class of the receiver', () => {
    const asked: string[] = [];
    const bench = new Bench({
      fieldScope: (className, member, category) => {
        asked.push(`${category} ${className}.${member}`);
        return className === 'app.main.A' && member !== 'hidden';
      },
    });
    bench.run(
      `class A { static n = 1; x = 1; hidden = 2; m() { return this.x + this.hidden } } const o = { x: 3 }; for (let i = 0; i < 3; i++) o.x; A.n++; new A().m()`,
    );
    expect(
      bench
        .lines()
        .filter((line) => /^(GET|PUT)/.test(line))
        .map((line) => line.replaceAll(/@\d+:/g, '')),
    ).toEqual([
      'PUT n class app.main.A 1',
      'GET n class app.main.A 1',
      'PUT n class app.main.A 2',
      'PUT x app.main.A 1',
      'GET x app.main.A 1',
    ]);
    expect(asked.filter((name) => name === 'FIELD_GET js.Object.x')).toHaveLength(1);
  });
});

describe('built-ins', () => {
  it('are recorded with arguments, result or exception', () => {
    const bench = new Bench();
    bench.run(
      `const fs = require('fs'); function f() { try { fs.readFileSync('/nope', 'utf8') } catch (e) { return e.code } } f(); Math.random() < 2; fs.existsSync(Date.now() > 1 ? '/' : '')`,
    );
    expect(bench.lines().map((line) => line.replace(/RETURN (js\.(Math|Date)\.\w+) .*/, 'RETURN $1 number'))).toEqual([
      'CALL app.main.$module.f undefined',
      'CALL node.fs.readFileSync undefined "/nope" "utf8"',
      expect.stringMatching(/^THROW node\.fs\.readFileSync @1:js\.Error\(ENOENT/),
      'GET code @1:js.Error(ENOENT: no such file or directory, open \'/nope\') "ENOENT"',
      'RETURN app.main.$module.f "ENOENT"',
      'CALL js.Math.random undefined',
      'RETURN js.Math.random number',
      'CALL js.Date.now undefined',
      'RETURN js.Date.now number',
      'CALL node.fs.existsSync undefined "/"',
      'RETURN node.fs.existsSync true',
    ]);
  });

  it('keep their arguments over what happens while the others are evaluated', () => {
    const bench = new Bench();
    bench.run(
      `function f(n) { return n + 1 } function fails() { throw new Error('no') }
       const fs = require('fs'); try { fs.existsSync(8, 9, fails()) } catch {}
       fs.existsSync(1, f(2), fs.accessSync('/', f(3)), f(3))`,
    );
    expect(bench.lines().filter((line) => line.startsWith('CALL node.fs'))).toEqual([
      'CALL node.fs.accessSync undefined "/" 4',
      'CALL node.fs.existsSync undefined 1 3 undefined 4',
    ]);
  });

  it('never show an argument of another task', async () => {
    const bench = new Bench();
    const { main } = bench.run(`module.exports.main = async (p, n) => require('fs').existsSync(n, await p, n + 1)`) as {
      main: (p: Promise<number>, n: number) => Promise<number>;
    };
    await Promise.all([main(Promise.resolve(1), 10), main(Promise.resolve(2), 20)]);
    const calls = bench.lines().filter((line) => line.startsWith('CALL node.fs'));
    expect(calls).toHaveLength(2);
    expect(calls[0]).toMatch(/^CALL node\.fs\.existsSync undefined \S+ 1 11$/);
    expect(calls[0]).not.toContain('20');
    expect(calls[1]).toMatch(/ 2 21$/);
  });
});
