/** The extension as a person sees it: the packed extension in a real VS Code, driven through a browser, with pictures. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Checks } from '../checks';
import { PalHome } from '../palHome';
import { tools } from '../tools';
import { runStreamTests } from './streamTests';
import { Workbench, type ThemeName } from './workbench';

export async function runUiTests(checks: Checks): Promise<void> {
  process.stdout.write('through a browser\n');
  await withPeers(checks);
  await empty(checks);
  await unreadable(checks);
  await restricted(checks);
  await runStreamTests(checks);
}

async function withPeers(checks: Checks): Promise<void> {
  const home = new PalHome();
  const workbench = await Workbench.open({ env: home.env });
  const { page } = workbench;
  try {
    const wal = path.join(workbench.folder, '.pal', 'orders.palrec');
    const pal = path.resolve(tools().sources, '../../runtime/bin/pal.js');
    const program = path.join(workbench.folder, 'src/app.ts');
    if (process.env['NOPAL'] === undefined)
      execFileSync(process.execPath, [pal, 'run', '--wal', wal, program], {
        env: { ...process.env, ...home.env },
        stdio: 'ignore',
      });
    const log = (await home.directory.listLogs())[0];
    await home.addPeer({
      uuid: '11111111-1111-4111-8111-111111111111',
      name: 'shop',
      pub: 'tcp://127.0.0.1:5570',
      main: 'src/server.ts',
      walLog: log?.uuid,
    });
    await home.addPeer({ uuid: '33333333-3333-4333-8333-333333333333', name: 'audit', main: 'src/audit.ts' });
    await home.addPeer({ uuid: '22222222-2222-4222-8222-222222222222', name: 'gone', pid: 999_999_999 });

    await checks.check('the view lists peers and logs with their states', async () => {
      await workbench.openPalView();
      await workbench.row('Peers', 'Peer shop, running for 12m').waitFor();
      await workbench.row('Peers', 'Peer audit').waitFor();
      await workbench.row('Peers', 'Peer gone, dead').waitFor();
      await workbench.row('Logs', 'Log orders, ').waitFor();
    });

    await checks.check('a peer unfolds into what belongs to it, and leads to its log', async () => {
      await workbench.row('Peers', 'Peer shop').click();
      await page.keyboard.press('ArrowRight');
      await workbench.row('Peers', 'Stream: tcp://127.0.0.1:5570').waitFor();
      await workbench.row('Peers', 'Log: orders').click();
      await workbench.pane('Logs').locator('.monaco-list-row.selected[aria-label^="Log orders"]').waitFor();
    });

    await checks.check('a new peer appears by itself', async () => {
      await home.addPeer({ uuid: '44444444-4444-4444-8444-444444444444', name: 'billing', main: 'src/billing.ts' });
      await workbench.row('Peers', 'Peer billing').waitFor();
    });

    await checks.check('a log opens as a coloured tree of operations', async () => {
      await workbench.row('Logs', 'Log orders').click();
      const line = page.locator('.editor-instance .view-line', { hasText: 'new Basket' }).first();
      await line.waitFor();
      // Colours come a moment after the text: at least three on this line.
      await line.locator('span span:not(.mtk1)').nth(1).waitFor();
      await workbench.shot('log-tree');
    });

    await checks.check(
      'the current file runs as a peer; the terminal shows the command line, the view the new log',
      async () => {
        await workbench.openFile('app.ts');
        await page.locator('.editor-actions [aria-label^="Run as PAL Peer"]').first().click();
        const terminal = page.locator('.terminal-wrapper.active .xterm-rows, .terminal-wrapper .xterm-screen').first();
        await terminal.waitFor();
        await workbench.row('Logs', 'Log app-').waitFor();
        await workbench.shot('run');
      },
    );

    await checks.check('errors of a bundle are underlined and listed', async () => {
      await workbench.openFile('broken.pal.yaml');
      await page.locator('.squiggly-error').first().waitFor();
      await page.locator('.squiggly-warning').first().waitFor();
      await workbench.command('Problems: Focus on Problems View');
      await page.locator('.markers-panel .monaco-list-row[aria-label*="BEFOR"]').waitFor();
    });

    await checks.check('bundles are listed; a row says what a glance at its file gives', async () => {
      await page.locator('.pane-header[aria-label*="Bundles"]').click();
      await workbench.row('Bundles', 'Bundle audit, 2 intercepts, 2 errors').waitFor();
    });

    await checks.check('details of a peer are a document', async () => {
      await workbench.row('Peers', 'Peer shop').hover();
      await workbench.row('Peers', 'Peer shop').locator('.action-label[aria-label^="Show Details"]').click();
      await page.locator('.editor-instance .view-line', { hasText: 'endpoints' }).first().waitFor();
      await workbench.shot('details');
      await workbench.openFile('broken.pal.yaml');
    });

    for (const theme of ['dark', 'light', 'high-contrast'] as const satisfies readonly ThemeName[]) {
      await checks.check(`picture: ${theme}`, async () => {
        await workbench.theme(theme);
        await workbench.row('Peers', 'Peer shop').waitFor();
        await workbench.row('Bundles', 'Bundle audit, 2 intercepts, 2 errors').waitFor();
        await workbench.row('Bundles', 'Bundle audit, 1 intercept,').waitFor();
        await page.locator('.squiggly-error').first().waitFor();
        await workbench.shot(`overview-${theme}`);
      });
    }
  } finally {
    await workbench.close();
    await home.dispose();
  }
}

async function empty(checks: Checks): Promise<void> {
  const home = new PalHome();
  const workbench = await Workbench.open({ env: home.env });
  try {
    await checks.check('an empty directory says what to do, with buttons', async () => {
      await workbench.openPalView();
      await workbench.pane('Peers').locator('.monaco-button', { hasText: 'Run This File as PAL Peer' }).waitFor();
      await workbench.pane('Logs').locator('.monaco-button', { hasText: 'Run This File as PAL Peer' }).waitFor();
      await workbench.shot('empty');
    });
  } finally {
    await workbench.close();
    await home.dispose();
  }
}

async function unreadable(checks: Checks): Promise<void> {
  const home = new PalHome();
  const notAFolder = path.join(home.folder, 'file');
  writeFileSync(notAFolder, '');
  const workbench = await Workbench.open({ env: { PAL_LOCAL_HOME: notAFolder } });
  try {
    await checks.check('a directory that cannot be read says so, with a way on', async () => {
      await workbench.openPalView();
      await workbench.pane('Peers').locator('.monaco-button', { hasText: 'Try Again' }).waitFor();
      await workbench.shot('error');
    });
  } finally {
    await workbench.close();
    await home.dispose();
  }
}

async function restricted(checks: Checks): Promise<void> {
  const home = new PalHome();
  await home.addPeer({ uuid: '11111111-1111-4111-8111-111111111111', name: 'shop' });
  const workbench = await Workbench.open({ env: home.env, trusted: false });
  const { page } = workbench;
  try {
    await checks.check(
      'Restricted Mode: browsing and checking work, nothing runs, and the way out is offered',
      async () => {
        await workbench.openPalView();
        await workbench.row('Peers', 'Peer shop').waitFor();
        await workbench.openFile('broken.pal.yaml');
        await page.locator('.squiggly-error').first().waitFor();
        await workbench.openFile('app.ts');
        await workbench.command('PAL: Run as PAL Peer');
        const toast = page.locator('.notification-toast', { hasText: 'Restricted Mode' });
        await toast.waitFor();
        await toast.locator('.monaco-button', { hasText: 'Manage Workspace Trust' }).waitFor();
        assert.deepEqual(await home.directory.listLogs(), []);
        await workbench.shot('restricted');
      },
    );
  } finally {
    await workbench.close();
    await home.dispose();
  }
}
