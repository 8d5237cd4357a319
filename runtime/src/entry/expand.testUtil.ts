/** A small module as the weaver would describe it, and short ways to expand entries of it. */
import { MessageIds } from '../wire/messageId';
import type { ExecMessage } from '../wire/messages';
import { messageSummary } from '../wire/summary';
import { uuidToBytes } from '../wire/uuid';
import { Expander } from './expand';
import { expandMessages } from './expandMessages';
import { type Site, SiteFlag, SiteKind, type SiteTable } from './sites';
import { WordBuilder } from './wordBuilder';

export const peerUuid = '0f1e2d3c-4b5a-6978-b1a2-9384756f5e4d';
export const ids = new MessageIds(uuidToBytes(peerUuid));

const site = (kind: SiteKind, className: string, member: string, line = 0, flags = 0): Site => ({
  kind,
  className,
  member,
  line,
  column: 1,
  flags,
});

export const BASE = 100;
export const table: SiteTable = {
  url: 'file:///srv/shop/orders.ts',
  source: '/srv/shop/orders.ts',
  moduleClass: 'shop.orders.$module',
  hash: '',
  sites: [
    site(SiteKind.FUNCTION, 'shop.orders.$module', 'main', 3),
    site(SiteKind.CONSTRUCTOR, 'shop.orders.Order', 'new', 10),
    site(SiteKind.METHOD, 'shop.orders.Order', 'add', 20),
    site(SiteKind.FIELD_GET, '', 'count', 21),
    site(SiteKind.FIELD_PUT, '', 'count', 21),
    site(SiteKind.GETTER, 'shop.orders.Order', 'total', 30),
    site(SiteKind.SETTER, 'shop.orders.Order', 'limit', 40),
    site(SiteKind.METHOD, 'shop.orders.Order', 'load', 50, SiteFlag.ASYNC),
    site(SiteKind.BUILTIN_CALL, 'js.Date', 'now', 51),
    site(SiteKind.METHOD, 'shop.orders.Order', '#secret', 60, SiteFlag.PRIVATE),
    site(SiteKind.STATIC_METHOD, 'shop.orders.Order', 'of', 70),
  ],
};
export const [MAIN, NEW, ADD, GET, PUT, TOTAL, LIMIT, LOAD, NOW, SECRET] = table.sites.map((_, i) => BASE + i) as [
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
];

export function newExpander(options: { sourceContext?: boolean } = {}): Expander {
  const expander = new Expander({ peerUuid, ...options });
  expander.addSites(BASE, table);
  return expander;
}

/** A builder in thread `self-caller` with the clock set. */
export const start = (): WordBuilder =>
  new WordBuilder().thread(1, 'self-caller').time(1_700_000_000_000_000_001n).switchTo(1);

export const expand = (builder: WordBuilder, expander = newExpander()): ExecMessage[] =>
  expandMessages(expander, builder.build()).map((message) => message.execMessage!);
export const summaries = (builder: WordBuilder): string[] =>
  expandMessages(newExpander(), builder.build()).map(messageSummary);
