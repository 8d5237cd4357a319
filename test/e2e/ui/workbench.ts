/** What a person does in VS Code, for tests in a browser. Selectors are those of the VS Code version in `package.json`. */
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { BrowserContext, Locator, Page } from 'playwright-core';
import { openBrowser } from '../browser';
import { tools } from '../tools';
import { VscodeServer, type ServerOptions } from '../vscodeServer';
import { copyWorkspace } from '../workspace';

/** A real VS Code does most things within a second; on a busy machine it may take longer. */
const patience = 30_000;

export const themes = {
  dark: 'Default Dark Modern',
  light: 'Default Light Modern',
  'high-contrast': 'Default High Contrast',
} as const;
export type ThemeName = keyof typeof themes;

export class Workbench {
  private constructor(
    readonly server: VscodeServer,
    private readonly context: BrowserContext,
    readonly page: Page,
    readonly folder: string,
  ) {}

  static async open(options: Pick<ServerOptions, 'env' | 'trusted' | 'settings'>): Promise<Workbench> {
    const server = await VscodeServer.start({ ...tools(), ...options });
    const { context, page } = await openBrowser(tools().chromium, server.folder);
    page.setDefaultTimeout(patience);
    const folder = copyWorkspace(server.folder);
    await page.goto(server.address(folder));
    await page.locator('.activitybar [aria-label^="PAL"]').first().waitFor();
    return new Workbench(server, context, page, folder);
  }

  async openPalView(): Promise<void> {
    await this.page.locator('.activitybar [aria-label^="PAL"]').first().click();
    await this.pane('Peers').waitFor();
  }

  pane(title: string): Locator {
    return this.page.locator('.pane', { has: this.page.locator(`.pane-header[aria-label*="${title}"]`) });
  }

  /** Row of a view by the beginning of what a screen reader says. */
  row(pane: string, label: string): Locator {
    return this.pane(pane).locator(`.monaco-list-row[aria-label^="${label}"]`);
  }

  async command(title: string): Promise<void> {
    await this.page.keyboard.press('F1');
    const input = this.page.locator('.quick-input-widget input').first();
    await input.waitFor();
    await input.fill(`>${title}`);
    await this.page.locator(`.quick-input-list .monaco-list-row[aria-label*="${title}"]`).first().waitFor();
    await this.page.keyboard.press('Enter');
  }

  async openFile(name: string): Promise<void> {
    await this.page.keyboard.press('Control+P');
    const input = this.page.locator('.quick-input-widget input').first();
    await input.waitFor();
    await input.fill(name);
    await this.page.locator(`.quick-input-list .monaco-list-row[aria-label^="${name}"]`).first().click();
    await this.page.locator(`.tab.active[data-resource-name="${path.basename(name)}"]`).waitFor();
  }

  /** Changes the colours; the window is loaded anew with what was open. */
  async theme(name: ThemeName): Promise<void> {
    this.server.writeSettings({ 'workbench.colorTheme': themes[name] });
    await this.page.reload();
    const kind = { dark: 'vs-dark', light: 'vs', 'high-contrast': 'hc-black' }[name];
    await this.page.locator(`.monaco-workbench.${kind}`).waitFor();
  }

  /** Picture of the whole window, with the pointer out of the way. In the sources only when asked for (`--pictures`): no two runs are equal. */
  async shot(name: string): Promise<void> {
    const folder = path.join(process.argv.includes('--pictures') ? tools().sources : tools().cache, 'shots');
    mkdirSync(folder, { recursive: true });
    await this.page.mouse.move(700, 899);
    await this.page.screenshot({ path: path.join(folder, `${name}.png`), animations: 'disabled', caret: 'hide' });
  }

  async close(): Promise<void> {
    await this.context.close();
    await this.server.dispose();
  }
}
