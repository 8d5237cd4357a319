/**
 * Site tables: what a woven site number means. A module's table is made by the weaver, kept in its cache, and sent to
 * the host once, when the module is loaded, before any entry that names one of its sites.
 */
export const SiteKind = {
  FUNCTION: 1, // module function, closure, arrow: a static method in PAL's terms
  METHOD: 2,
  STATIC_METHOD: 3,
  CONSTRUCTOR: 4,
  GETTER: 5, // recorded as field read with a nested body
  SETTER: 6,
  STATIC_GETTER: 7,
  STATIC_SETTER: 8,
  FIELD_GET: 9, // class of the receiver at run time decides static or instance and the class name
  FIELD_PUT: 10,
  BUILTIN_CALL: 11, // call site of a built-in (`node.fs.readFileSync`, `js.Date.now`)
  BUILTIN_NEW: 12,
  MODULE: 13, // evaluation of a module body
  THROW: 14, // a `throw` statement: names the place for reports of uncaught exceptions, no entry is made of it
} as const;
export type SiteKind = (typeof SiteKind)[keyof typeof SiteKind];

/** `Site` flags. */
export const SiteFlag = { ASYNC: 1, GENERATOR: 2, PRIVATE: 4, DERIVED: 8, ARROW: 16, STATIC: 32 } as const;

export interface Site {
  readonly kind: SiteKind;
  /** Dotted class name by docs/names (e.g. `shop.orders.Order`, `shop.orders.$module`); empty for FIELD_GET/PUT. */
  readonly className: string;
  /** `new`, method, function or field name; `#x` private; `@@iterator` symbols. */
  readonly member: string;
  /** 1-based line and column in the *original* source, 0 = unknown. */
  readonly line: number;
  readonly column: number;
  readonly flags: number;
}

export interface SiteTable {
  /** URL of the module (`file://…`), as Node's loader names it. */
  readonly url: string;
  /** Path of the original source (after source maps), absolute. */
  readonly source: string;
  /** Module class of 12.5 step 5, e.g. `shop.orders.$module`. */
  readonly moduleClass: string;
  /** sha-256 of the original source, hex; Inspect warns when the file changed since. */
  readonly hash: string;
  readonly sites: readonly Site[];
}
