process.on('exit', (c) => { console.log('first', c); const o = {}; o.a.b; });
process.on('exit', (c) => console.log('never', c));
process.exitCode = 3;
