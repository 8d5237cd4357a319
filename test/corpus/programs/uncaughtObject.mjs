const make = () => ({ code: 5, nested: { a: [1, 2, { b: 3 }] } });
function f() {
  throw make();
}
try { f(); } catch (e) { const again = e; throw again; }
