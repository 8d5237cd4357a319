#!/usr/bin/env node
// Sloppy mode: globals, with, octal, arguments aliasing, function in blocks, this at top level, delete of variables, duplicate parameters.
global1 = 5; console.log(global1, delete global1, typeof global1, this === module.exports, 010, '\101'); function dup(a, a) { return a; } console.log(dup(1, 2)); var undefined1; (function () { try { undefined = 1; } catch (e) { console.log('no'); } console.log(undefined); })(); function alias(a) { a = 2; return arguments[0]; } console.log(alias(1)); console.log(typeof inner); { function inner() {} } console.log(typeof inner); var o = { valueOf() { return 3; } }; with (o) { console.log(valueOf() + 1); x1 = 1; } console.log(x1, NaN === NaN, -0 === 0, Object.is(-0, 0)); label: for (var i in [1, 2]) { for (;;) { continue label; } } console.log(i, typeof label1); if (0) label1: function lf() {} try { (function () { return this; }).call(5).x = 1; } catch (e) { console.log(e.message); } console.log((function () { return typeof this; })(), (function () { 'use strict'; return typeof this; })()); console.log(eval('var q1 = 1; q1'), q1, delete q1); var a = 1, b = a
++b
console.log(a, b); let c = 1
;[1, 2].forEach(function (x) { c += x })
console.log(c); return; console.log("unreachable");
