/** `npm run corpus [-- --accept] [-- names…]`: runs the corpus on every installed Node and prints the differences. */
import path from 'node:path';
import { findNodes } from '../nodes';
import { runCorpus } from './corpus';

const root = process.env['PAL_ROOT'] ?? path.resolve(import.meta.dirname, '../..');
const args = process.argv.slice(2);
const nodes = findNodes().filter((node) => !args.includes(`--not-${node.major}`));
const started = Date.now();
const results = await runCorpus({
  root,
  nodes,
  only: args.filter((arg) => !arg.startsWith('--')),
  accept: args.includes('--accept'),
});
const differ = results.filter((result) => result.difference !== undefined);
const failed = differ.filter((result) => result.known === undefined);
for (const { program, node, mode, difference } of failed) console.log(`\n${program} on Node ${node}, ${mode}:\n${difference}`);
console.log(
  `${results.length - failed.length} of ${results.length} runs as bare (Node ${nodes.map((n) => n.major).join(', ')}), ${Math.round((Date.now() - started) / 1000)} s`,
);
for (const name of new Set(differ.filter((r) => r.known !== undefined).map((r) => `${r.program}: ${r.known}`))) console.log(`known difference: ${name}`);
console.log(`${results.length - failed.length} passed, ${failed.length} failed`);
process.exitCode = failed.length === 0 ? 0 : 1;
