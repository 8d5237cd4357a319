/**
 * Translation as core code sees it: the English text is the key, `{name}` is replaced. The editor's `l10n.t` has this shape.
 */
export type TranslateArguments = Record<string, string | number>;
export type Translate = (message: string, values?: TranslateArguments) => string;

/** English, for tests and for code that runs without an editor. */
export const english: Translate = (message, values = {}) =>
  message.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
