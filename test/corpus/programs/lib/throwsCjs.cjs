exports.fail = function fail() { throw new TypeError('from cjs'); };
exports.named = () => { exports.fail(); };
exports['default value'] = 1;
module.exports.extra = { a: 1 };
