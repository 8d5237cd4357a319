process.on('exit', (c) => console.log('exit', c)); async function f() { await null; try { process.exit(4); } finally { console.log('not printed'); } } f(); await new Promise(() => {});
