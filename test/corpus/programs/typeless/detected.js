// No `type` in package.json and ES module syntax: newer Nodes detect it, Node 20 too since 20.19.
import { basename } from 'node:path'; console.log(basename(import.meta.url), await Promise.resolve('tla'), new Error('d').stack.split('\n')[1]);
