function deep() { const o = null; return o.x; }
setTimeout(() => deep(), 1);
