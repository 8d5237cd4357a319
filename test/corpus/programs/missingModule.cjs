function load() { return require('./lib/not-there.js'); }
load();
