import { describe, expect, it } from 'vitest';
import { Control, CONTROL_WORDS } from './ringLayout';
import { Bench } from './testing';

describe('calls', () => {
  it('records a function call with arguments and result', () => {
    const bench = new Bench();
    bench.run('function add(a, b) { return a + b }\nadd(1, 2.5);');
    expect(bench.lines()).toEqual(['CALL app.main.$module.add undefined 1 2.5', 'RETURN app.main.$module.add 3.5']);
  });

  it('records constructors, fields and methods', () => {
    const bench = new Bench();
    bench.run(`class Point { x = 1; #y = 2; constructor(z) { this.z = z } sum() { return this.x + this.#y + this.z } }
      new Point(3).sum()`);
    const point = '@2:app.main.Point';
    expect(bench.lines()).toEqual([
      `CALL app.main.Point.new ${point} 3`,
      `PUT x ${point} 1`,
      `PUT #y ${point} 2`,
      `PUT z ${point} 3`,
      `RETURN app.main.Point.new ${point}`,
      `CALL app.main.Point.sum ${point}`,
      `GET x ${point} 1`,
      `GET #y ${point} 2`,
      `GET z ${point} 3`,
      'RETURN app.main.Point.sum 6',
    ]);
  });

  it('records exceptions through frames', () => {
    const bench = new Bench();
    bench.run(`function inner() { throw new RangeError('no') } function outer() { return inner() }
      try { outer() } catch {}`);
    expect(bench.lines()).toEqual([
      'CALL app.main.$module.outer undefined',
      'CALL app.main.$module.inner undefined',
      'THROW app.main.$module.inner @1:js.RangeError(no)',
      'THROW app.main.$module.outer @1:js.RangeError(no)',
    ]);
  });

  it('records an async function up to its settlement, in a thread of its own from the first await', async () => {
    const bench = new Bench();
    const { main } = bench.run(`async function wait(ms) { const x = await ms; return x + 1 }
      module.exports.main = async () => { const r = await wait(1); return r }`) as { main: () => Promise<number> };
    expect(await main()).toBe(2);
    expect(
      bench.operations().map(({ kind, site, values, thread }) => `${thread} ${kind} ${site} ${values.join(' ')}`),
    ).toEqual([
      'self-caller+ ASYNC_CALL app.main.$module.main undefined',
      'self-caller+ ASYNC_CALL app.main.$module.wait undefined 1',
      'self-caller/async#1+ ASYNC_RETURN app.main.$module.wait 2',
      'self-caller/async#2+ ASYNC_RETURN app.main.$module.main 2',
    ]);
  });

  it('finds its way back after the stack overflowed', async () => {
    const bench = new Bench({}, 1 << 20);
    await (bench.run(`function f() { return f() + 1 } try { f() } catch {}
      function later() {} module.exports = new Promise((done) => setTimeout(() => { later(); done() }, 1)).then(() => new Promise((done) => setTimeout(() => { later(); done() }, 1)))`) as Promise<void>);
    const last = bench
      .operations()
      .filter(({ site, kind }) => kind === 'CALL' && site.includes('fn'))
      .at(-1)!;
    expect(last.thread).toMatch(/timeout#\d$/);
    expect(new Int32Array(bench.buffer, 0, CONTROL_WORDS)[Control.APP_DEPTH]).toBe(0);
  });
});
