/**
 * Which file is an intercept bundle: the one rule shared by the editor (when to start the language server), the language server (what to
 * check) and views that list bundles. A file is a bundle by its name (`*.pal.yaml`, `*.pal.yml`) or, in any other YAML file, by its content: the
 * root has both a `bundle` and an `intercepts` key. Two keys, because other tools have a `bundle` key too. No YAML is parsed here, so that
 * asking costs next to nothing for the many YAML files that are something else.
 */

const namePattern = /\.pal\.ya?ml$/i;
const rootKey = (key: string): RegExp => new RegExp(`^(?:${key}|"${key}"|'${key}')[ \\t]*:(?:[ \\t]|\\r?$)`, 'm');
const bundleKey = rootKey('bundle');
const interceptsKey = rootKey('intercepts');

/** Root keys of a bundle stand early; a file without them in its first characters is not scanned further. */
const maxScannedLength = 64 * 1024;

/** True when the file name alone says that this is a PAL file. */
export function isPalFileName(path: string): boolean {
  return namePattern.test(path);
}

/** True when `path` or the beginning of `text` says that this YAML file is an intercept bundle. */
export function isBundleFile(path: string, text: string): boolean {
  if (isPalFileName(path)) return true;
  const head = text.length > maxScannedLength ? text.slice(0, maxScannedLength) : text;
  return bundleKey.test(head) && interceptsKey.test(head);
}
