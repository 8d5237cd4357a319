import './lib/throwsAtLoad.mjs';
