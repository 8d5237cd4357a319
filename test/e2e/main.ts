/** The tests in a real VS Code, one after the other, and their count. */
import { parseArgs } from 'node:util';
import { runHostSuite } from './hostRunner';
import { Checks } from './checks';
import { runUiTests } from './ui/tests';

const { values } = parseArgs({
  args: process.argv.slice(2),
  options: { only: { type: 'string' }, grep: { type: 'string' }, pictures: { type: 'boolean' } },
});
const checks = new Checks(values.grep);
if (values.only === undefined || values.only === 'host') await runHostSuite(checks);
if (values.only === undefined || values.only === 'ui') await runUiTests(checks);
process.stdout.write(`${checks.passed} passed, ${checks.failed} failed\n`);
process.exitCode = checks.failed === 0 ? 0 : 1;
