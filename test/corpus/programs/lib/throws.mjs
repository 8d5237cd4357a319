export function boom() { const o = { f() { throw new Error('boom'); } }; o.f(); }
export class Deep { a = {}; }
export async function later(n) { await n; return inner(n); }
async function inner(n) { await n; throw new RangeError('later'); }
