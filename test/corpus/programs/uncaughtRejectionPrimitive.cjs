(async function f() { await 1; throw 'just text'; })();
