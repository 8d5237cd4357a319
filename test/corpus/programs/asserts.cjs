// Messages of assert that quote the source text of the call.
const assert = require('assert'); const o = { a: { b: 1 }, list: [1, 2] };
function check(x) { assert(x.a.b === 2); }
try { check(o); } catch (e) { console.log(e.message); } try { assert.ok(o.a.c); } catch (e) { console.log(e.message); }
try {
  assert.ok(
    o.list.length === 3,
  );
} catch (e) { console.log(e.message); } try { assert(o.a.b === 5, 'own message'); } catch (e) { console.log(e.message, e.generatedMessage); } try { assert.equal(o.a.b, 3); } catch (e) { console.log(e.message); } try { assert(); } catch (e) { console.log(e.message); }
