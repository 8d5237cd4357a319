import { describe, expect, it } from 'vitest';
import { Bench, evaluate } from './testing';
import type { EngineOptions } from './createEngine';

/** `thread KIND site#frame values` without the prefix of the module; `+`: no entry point. */
async function record(code: string, options: Partial<EngineOptions> = {}): Promise<string[]> {
  const bench = new Bench(options);
  await bench.run(code);
  return bench.operations().map(({ kind, site, values, thread, frame }) => {
    const at = frame === undefined ? '' : `#${frame}`;
    return `${thread.replace('self-caller', 'self')} ${kind} ${site.replace('app.main.', '')}${at} ${values.join(' ')}`;
  });
}

describe('async functions', () => {
  it('fork a thread at the first suspension and complete in it', async () => {
    expect(
      await record(`class S { async load(id) { await null; this.id = id; return this.part(id) } async part(id) { return id + 1 } }
        module.exports = (async function main() { return Promise.all([new S().load(1), new S().load(2)]) })()`),
    ).toEqual([
      'self+ ASYNC_CALL $module.main#1 undefined',
      'self+ CALL S.new @2:app.main.S',
      'self+ RETURN S.new @2:app.main.S',
      'self+ ASYNC_CALL S.load#2 @2:app.main.S 1',
      'self+ CALL S.new @3:app.main.S',
      'self+ RETURN S.new @3:app.main.S',
      'self+ ASYNC_CALL S.load#3 @3:app.main.S 2',
      'self/async#1+ PUT id @2:app.main.S 1',
      'self/async#1+ ASYNC_CALL S.part#4 @2:app.main.S 1',
      'self/async#1+ ASYNC_RETURN S.part#4 2',
      'self/async#2+ PUT id @3:app.main.S 2',
      'self/async#2+ ASYNC_CALL S.part#5 @3:app.main.S 2',
      'self/async#2+ ASYNC_RETURN S.part#5 3',
      'self/async#1+ ASYNC_RETURN S.load#2 2',
      'self/async#2+ ASYNC_RETURN S.load#3 3',
      'self/async#3+ ASYNC_RETURN $module.main#1 @4:js.Array',
    ]);
  });

  it('record rejections where they arrive', async () => {
    expect(
      await record(`const fail = () => Promise.reject(new Error('plain'))
        async function bad() { try { await fail() } catch (e) { throw new TypeError('bad', { cause: e }) } finally { note() } }
        function note() {}
        module.exports = bad().catch(() => {})`),
    ).toEqual([
      'self+ ASYNC_CALL $module.bad#1 undefined',
      'self+ CALL $module.fail undefined',
      'self+ RETURN $module.fail @1:js.Promise',
      'self/async#1+ CALL $module.note undefined',
      'self/async#1+ RETURN $module.note undefined',
      'self/async#1+ ASYNC_THROW $module.bad#1 @2:js.TypeError(bad) < js.Error(plain)',
      'self+ CALL $module.fn1 undefined',
      'self+ RETURN $module.fn1 undefined',
    ]);
  });

  it('complete at the call when asked to', async () => {
    expect(
      await record(
        `async function f(a) { await null; return g() } async function g() { return 1 } module.exports = f(1)`,
        {
          asyncCompletions: 'call',
        },
      ),
    ).toEqual([
      'self+ CALL $module.f undefined 1',
      'self+ RETURN $module.f @1:js.Promise',
      'self/async#1+ CALL $module.g undefined',
      'self/async#1+ RETURN $module.g @2:js.Promise',
    ]);
  });

  it('name callbacks of the event loop by their kind and the thread that registered them', async () => {
    const lines = await record(`function tick() {} function now() {}
      async function main() { await null; return new Promise((done) => { setTimeout(tick, 1); setImmediate(now); setTimeout(done, 5) }) }
      module.exports = main()`);
    expect(lines).toContain('self/async#1/timeout#1 CALL $module.tick undefined');
    expect(lines).toContain('self/async#1/immediate#1 CALL $module.now undefined');
  });

  it('leave a promise that rejects unhandled as it was', async () => {
    const code = `async function f() { await null; throw new Error('async') } const g = () => Promise.reject(new Error('plain')); async function h() { return g() }
      async function i() { return f() } f(); g(); h(); i(); module.exports = new Promise((r) => setTimeout(r, 5))`;
    const listeners = process.listeners('unhandledRejection');
    const unhandled = async (run: () => unknown): Promise<string[]> => {
      const seen: string[] = [];
      process.removeAllListeners('unhandledRejection');
      process.on('unhandledRejection', (reason) => seen.push((reason as Error).message));
      try {
        await run();
      } finally {
        process.removeAllListeners('unhandledRejection');
        for (const listener of listeners) process.on('unhandledRejection', listener);
      }
      return seen;
    };
    const bare = await unhandled(() => evaluate(code));
    expect(bare).toHaveLength(4);
    expect(await unhandled(() => record(code))).toEqual(bare);
  });
});

describe('generators', () => {
  it('record the creation at the call and each step as a call on the generator', async () => {
    expect(
      await record(`function* g(a) { const x = yield a; try { yield x } finally { h() } } function h() {}
        const i = g(1); i.next(); i.next(5); i.return('r'); const j = g(2); j.next(); try { j.throw(new Error('t')) } catch {}; g(3)`),
    ).toEqual([
      'self+ CALL $module.g undefined 1',
      'self+ RETURN $module.g @1:js.Generator',
      'self+ CALL js.Generator.next @1:js.Generator',
      'self+ RETURN js.Generator.next 1',
      'self+ CALL js.Generator.next @1:js.Generator 5',
      'self+ RETURN js.Generator.next 5',
      'self+ CALL js.Generator.return @1:js.Generator undefined',
      'self+ CALL $module.h undefined',
      'self+ RETURN $module.h undefined',
      'self+ RETURN js.Generator.return undefined',
      'self+ CALL $module.g undefined 2',
      'self+ RETURN $module.g @2:js.Generator',
      'self+ CALL js.Generator.next @2:js.Generator',
      'self+ RETURN js.Generator.next 2',
      'self+ CALL js.Generator.throw @2:js.Generator @3:js.Error(t)',
      'self+ THROW js.Generator.throw @3:js.Error(t)',
      'self+ CALL $module.g undefined 3',
      'self+ RETURN $module.g @4:js.Generator',
    ]);
  });

  it('record steps of async generators as async calls', async () => {
    const lines = await record(`async function* g(a) { const x = yield a; await null; yield x }
      module.exports = (async () => { const i = g(1); await i.next(); await i.next('q') })()`);
    expect(lines.filter((line) => line.includes('Generator'))).toEqual([
      'self+ RETURN $module.g @1:js.AsyncGenerator',
      'self+ ASYNC_CALL js.AsyncGenerator.next#2 @1:js.AsyncGenerator',
      'self+ ASYNC_RETURN js.AsyncGenerator.next#2 1',
      'self/async#1+ ASYNC_CALL js.AsyncGenerator.next#3 @1:js.AsyncGenerator "q"',
      'self/async#1/async#1+ ASYNC_RETURN js.AsyncGenerator.next#3 "q"',
    ]);
  });
});
