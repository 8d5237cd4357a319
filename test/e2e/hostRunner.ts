/**
 * Runs the Mocha suite inside the extension host of a real VS Code, on the packed extension.
 *
 * An extension host that crashes is reported by VS Code as exit code 0. So the suite writes its counts to a file when it has ended, and a missing file is a
 * failure.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { format } from 'node:util';
import { openBrowser } from './browser';
import type { Checks } from './checks';
import { PalHome } from './palHome';
import { tools } from './tools';
import { VscodeServer } from './vscodeServer';
import { copyWorkspace } from './workspace';

const timeoutMillis = 180_000;
const noise =
  /^(?:Creating a socket|Resolv|\[reconnection|\[Service Worker\]|\[AgentHost|\[AccountPolicyGate|Updating additional|getaddrinfo ENOTFOUND|Ignoring fetching additional builtin)|native-watchdog|Could not find pty/;

export async function runHostSuite(checks: Checks): Promise<void> {
  process.stdout.write('inside the extension host\n');
  const home = new PalHome();
  await home.addPeer({ uuid: '11111111-1111-4111-8111-111111111111', name: 'shop', pub: 'tcp://127.0.0.1:5570' });
  await home.addPeer({ uuid: '22222222-2222-4222-8222-222222222222', name: 'gone', pid: 999_999_999 });
  const server = await VscodeServer.start({
    ...tools(),
    smokeTestDriver: true,
    env: { ...home.env, MOCHA_GREP: checks.grep ?? '', PAL_E2E_RESULT: path.join(home.folder, 'result.json') },
  });
  const resultFile = path.join(home.folder, 'result.json');
  const { context, page } = await openBrowser(tools().chromium, server.folder);
  try {
    const workspace = copyWorkspace(server.folder);
    const dummy = path.join(server.folder, 'dummy');
    mkdirSync(dummy);
    const manifest = { name: 'dummy', version: '0.0.0', publisher: 'test', engines: { vscode: '*' } };
    writeFileSync(path.join(dummy, 'package.json'), JSON.stringify(manifest));
    const uri = (file: string): string => `vscode-remote://127.0.0.1:${server.port}${file}`;
    const payload: [string, string][] = [
      ['extensionDevelopmentPath', uri(dummy)],
      ['extensionTestsPath', uri(tools().suite)],
    ];
    await page.exposeFunction('codeAutomationLog', (type: string, args: unknown[]) => {
      const line = format(...args);
      if (process.env['VERBOSE'] !== undefined || !noise.test(line)) {
        process.stdout.write(`${type === 'error' ? 'ERR ' : ''}${line}\n`);
      }
    });
    const ended = new Promise<string>((resolve) => {
      void page.exposeFunction('codeAutomationExit', (code: number | undefined) => resolve(String(code ?? 'crashed')));
      setTimeout(() => resolve('timeout'), timeoutMillis).unref();
    });
    await page.goto(server.address(workspace, payload));
    const code = await ended;
    if (!existsSync(resultFile)) {
      throw new Error(`The extension host ended before the suite had (${code}).\n${server.log.slice(-2000)}`);
    }
    const { passed, failed } = JSON.parse(readFileSync(resultFile, 'utf8')) as { passed: number; failed: number };
    checks.passed += passed;
    checks.failed += failed;
  } catch (error) {
    checks.failed++;
    await page.screenshot({ path: path.join(tools().cache, 'host-failure.png') }).catch(() => undefined);
    process.stdout.write(`${String(error)}\n`);
  } finally {
    await context.close();
    await server.dispose();
    await home.dispose();
  }
}
