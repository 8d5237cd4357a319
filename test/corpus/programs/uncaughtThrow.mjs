// Thrown in a helper, with properties and a cause; the excerpt shows the throw statement.
const fail = (why) => { if (why) throw Object.assign(new TypeError('failed: ' + why, { cause: new Error('root') }), { code: 'E_FAIL', info: { why, list: [1, 2] } }); };
export async function outer() { fail('sync part'); }
function sync() { fail('deep'); }
setTimeout(() => { sync(); }, 1);
