const prepared = new Error('made elsewhere');
function one() { two(); }
function two() { try { three(); } finally { console.log('finally'); } }
function three() { /* thrown here */ throw prepared; }
one();
