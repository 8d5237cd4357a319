process.on('uncaughtExceptionMonitor', (e, o) => console.log('monitor', e.message, o));
process.on('uncaughtException', (e, origin) => { console.log('handled', e.message, origin, e.stack); if (e.message === 'third') throw new Error('from handler'); });
process.on('unhandledRejection', (e) => console.log('rejection', e.message));
setTimeout(() => { throw new Error('first'); }, 1); setTimeout(() => { Promise.reject(new Error('second')); }, 5); setTimeout(() => { (function f() { throw new Error('third'); })(); }, 10);
