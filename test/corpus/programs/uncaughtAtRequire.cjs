require('./lib/throwsAtLoad.cjs');
