exports.v = 'noext';
