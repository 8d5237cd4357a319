const a = require('./cycleA.cjs'); exports.sawA = Object.keys(a); exports.name = 'B';
