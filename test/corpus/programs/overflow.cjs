// Recursion that overflows the stack: the error is the program's own, and code that catches it goes on.
function endless() { return endless() + 1; }
try { endless(); } catch (e) { console.log(e.name, e.message); }
let depth = 0; class Deep { go() { depth++; try { return this.go(); } finally { depth--; } } } try { new Deep().go(); } catch (e) { console.log(e instanceof RangeError, depth); }
const safe = (n) => { try { return safe(n + 1); } catch { return n > 100; } }; console.log(safe(0));
async function later() { await null; try { endless(); } catch (e) { return e.message; } } later().then(console.log);
