/** A stream in all its states, as a person sees it. A publisher of the test stands for the peer, so that the states can be made at will. */
import { once } from 'node:events';
import net from 'node:net';
import type { Locator } from 'playwright-core';
import { Publisher } from 'zeromq';
import { FakePeer, peerUuid } from '../../../client/src/testing/pubMessages';
import type { Checks } from '../checks';
import { PalHome } from '../palHome';
import { Workbench, type ThemeName } from './workbench';

export async function runStreamTests(checks: Checks): Promise<void> {
  const home = new PalHome();
  const workbench = await Workbench.open({ env: home.env });
  const { page } = workbench;
  const stage = new Stage(workbench, home);
  try {
    await checks.check('a stream without an address: says which option makes the peer publish', async () => {
      await home.addPeer({ uuid: '33333333-3333-4333-8333-333333333333', name: 'audit' });
      await workbench.openPalView();
      await workbench.row('Peers', 'Peer audit').waitFor();
      await workbench.command('PAL: Watch Stream');
      const toast = page.locator('.notification-toast', { hasText: 'Run it with --tcp-pub auto.' });
      await toast.locator('.monaco-button', { hasText: 'Copy Option' }).waitFor();
      await workbench.shot('stream-no-address');
      await workbench.command('Notifications: Clear All Notifications');
    });

    await checks.check('a stream that is connecting says so', async () => {
      await stage.addPeer();
      await stage.watch();
      await stage.line('# Connecting to shop at tcp://127.0.0.1:').waitFor();
      await stage.status('connecting').waitFor();
      await workbench.shot('stream-connecting');
    });

    await checks.check('a live stream shows coloured lines as they come', async () => {
      await stage.publishUntil('call Cart.add');
      await stage.status('live').waitFor();
      await stage.line('call Cart.add').locator('span span:not(.mtk1)').nth(2).waitFor();
      await workbench.shot('stream');
    });

    await checks.check('a stream is filtered, and the filter is seen', async () => {
      await workbench.command('PAL: Filter Stream');
      await page.locator('.quick-input-list .monaco-list-row[aria-label*="Class"]').click();
      await page.locator('.quick-input-widget input').first().fill('Item');
      await page.keyboard.press('Enter');
      await page.locator('.quick-input-list .monaco-list-row[aria-label*="Show Everything"]').waitFor();
      await stage.line('# Filter: class “Item”').waitFor();
      await workbench.shot('stream-filter');
      await page.keyboard.press('Escape');
      await stage.publishUntil('new Item');
      await workbench.command('PAL: Filter Stream');
      await page.locator('.quick-input-list .monaco-list-row[aria-label*="Show Everything"]').click();
      await stage.line('# No filter: everything is shown.').waitFor();
      await page.keyboard.press('Escape');
    });

    await checks.check('a stream pauses and resumes', async () => {
      await workbench.command('PAL: Pause or Resume Stream');
      await stage.status('paused').waitFor();
      await workbench.shot('stream-paused');
      await workbench.command('PAL: Pause or Resume Stream');
      await stage.status('live').waitFor();
    });

    await checks.check('a flood of a stream is counted where lines are missing, and the editor goes on', async () => {
      await stage.flood(40_000);
      await stage.line('not shown: too many for a screen').waitFor();
      await page.locator('.statusbar-item[aria-label*="skipped"]').waitFor();
      await workbench.shot('stream-flood');
    });

    await checks.check('a stream whose peer ended says so and stays readable', async () => {
      await home.directory.removePeer(peerUuid);
      await stage.line('# shop has ended.').waitFor();
      await stage.status('ended').waitFor();
      await workbench.shot('stream-ended');
    });

    for (const theme of ['dark', 'high-contrast'] as const satisfies readonly ThemeName[]) {
      await checks.check(`picture: a stream, ${theme}`, async () => {
        await workbench.theme(theme);
        await stage.addPeer();
        await stage.watch();
        await stage.publishUntil('call Cart.add');
        await workbench.shot(`stream-${theme}`);
        await home.directory.removePeer(peerUuid);
      });
    }
  } finally {
    stage.close();
    await workbench.close();
    await home.dispose();
  }
}

/** The peer of the test and its panel. */
class Stage {
  #socket: Publisher | undefined;
  #port = 0;
  #peer = new FakePeer();

  constructor(
    private readonly workbench: Workbench,
    private readonly home: PalHome,
  ) {}

  /** In the directory; nobody listens at its address until something is published. */
  async addPeer(): Promise<void> {
    if (this.#port === 0) this.#port = await freePort();
    await this.home.addPeer({
      uuid: peerUuid,
      name: 'shop',
      pub: `tcp://127.0.0.1:${this.#port}`,
      main: 'src/shop.ts',
    });
  }

  async watch(): Promise<void> {
    const row = this.workbench.row('Peers', 'Peer shop');
    await row.hover();
    await row.locator('.action-label[aria-label^="Watch Stream"]').click();
  }

  line(text: string): Locator {
    return this.workbench.page.locator('.part.panel .view-line', { hasText: text }).first();
  }

  status(state: string): Locator {
    return this.workbench.page.locator(`.statusbar-item[aria-label^="PAL stream of shop, ${state}"]`);
  }

  /** Publishes an order again and again until a line of the panel has the text: a subscription takes effect some time after it is made. */
  async publishUntil(text: string): Promise<void> {
    const socket = await this.#bound();
    const shown = this.line(text).waitFor();
    let waiting = true;
    const stop = (): void => void (waiting = false);
    shown.then(stop, stop);
    while (waiting) {
      for (const frames of this.#order()) await socket.send(frames);
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
    await shown;
  }

  async flood(messages: number): Promise<void> {
    const socket = await this.#bound();
    for (let n = 0; n < messages; n += 2) {
      const call = this.#peer.call('shop.Cart', 'count');
      await socket.send(call);
      await socket.send(this.#peer.done(call));
    }
  }

  close(): void {
    this.#socket?.close();
  }

  #order(): Buffer[][] {
    const peer = this.#peer;
    const add = peer.call('shop.Cart', 'add', 'main', ['pen']);
    const item = peer.create('shop.Item');
    const made = peer.done(item);
    const total = peer.get('shop.Cart', 'total');
    const read = peer.done(total);
    const check = peer.call('shop.Stock', 'check', 'main', ['pen']);
    return [add, item, made, total, read, check, peer.thrown(check), peer.done(add)];
  }

  async #bound(): Promise<Publisher> {
    if (this.#socket === undefined) {
      this.#socket = new Publisher({ linger: 0, sendHighWaterMark: 0 });
      await this.#socket.bind(`tcp://127.0.0.1:${this.#port}`);
    }
    return this.#socket;
  }
}

async function freePort(): Promise<number> {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as net.AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
