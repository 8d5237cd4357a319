const o = { v: null };
function use() { return o.v.length; }
process.nextTick(() => queueMicrotask(() => use()));
