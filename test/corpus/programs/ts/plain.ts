// A script without imports, exports or package type.
enum Level { Low, High }
const level: Level = Level.High; function show(this: void, l: Level): string { return Level[l]; }
console.log(show(level), typeof module, (() => { try { throw new Error('plain'); } catch (e: unknown) { return (e as Error).stack!.split('\n')[1]; } })());
