// Preloaded after the recorder for the mode "woven": the program runs woven text with recording switched off.
const at = process.execArgv.indexOf(__filename);
if (at > 0) process.execArgv.splice(at - 1, 2);
Object.defineProperty(globalThis, '__pal_on', { value: false, configurable: true, enumerable: false, writable: true });
delete require.cache[__filename];
module.parent?.children.pop();
