function f() { g(); } function g() { throw 'a string'; }
process.on('exit', (c) => { console.log('code', c); process.exitCode = 42; });
setImmediate(f);
