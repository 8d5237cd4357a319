const fs = require('fs');
function readConfig(name) { return JSON.parse(fs.readFileSync(name, 'utf8')); }
readConfig('/nonexistent/config.json');
