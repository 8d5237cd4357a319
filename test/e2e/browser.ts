/** A browser with nothing in it, for one test. */
import path from 'node:path';
import { chromium, type BrowserContext, type Page } from 'playwright-core';

const quiet = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export async function openBrowser(
  executablePath: string,
  folder: string,
): Promise<{ context: BrowserContext; page: Page }> {
  const context = await chromium.launchPersistentContext(path.join(folder, 'chrome'), {
    executablePath,
    headless: true,
    viewport: { width: 1400, height: 900 },
    args: quiet,
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  return { context, page: context.pages()[0] ?? (await context.newPage()) };
}
