// process.exit in phases, exit codes, beforeExit that schedules more work.
let n = 0; process.on('beforeExit', (c) => { console.log('beforeExit', c); if (n++ < 2) setTimeout(() => console.log('more work', n), 1); else { process.exitCode = 9; (function leave() { process.on('exit', (code) => { console.log('exit', code); process.exit(code + 1); }); process.exit(); })(); } });
