// known-difference: the stack of an overflow that happened in the recorder shows the recorder's frames taken out, so fewer than the limit
function endless() { return endless() + 1; }
try { endless(); } catch (e) { console.log(e.stack); }
