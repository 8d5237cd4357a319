exports.early = 1; const b = require('./cycleB.cjs'); exports.name = 'A'; exports.sawB = b.name; exports.bSaw = b.sawA;
