import './lib/syntaxError.mjs';
