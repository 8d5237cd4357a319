class Db { async load(id) { await null; if (id > 1) throw new RangeError('no row ' + id); return id; } }
const db = new Db();
async function main() { await db.load(1); const rows = [1, 2].map((id) => db.load(id)); return Promise.all(rows); }
process.on('exit', (c) => console.log('exit', c));
main();
