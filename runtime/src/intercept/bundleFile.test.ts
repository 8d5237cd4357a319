import { describe, expect, it } from 'vitest';
import { isBundleFile, isPalFileName } from './bundleFile';

describe('bundle files', () => {
  it('are known by their name', () => {
    expect(isPalFileName('/w/audit.pal.yaml')).toBe(true);
    expect(isPalFileName('C:\\w\\audit.PAL.yml')).toBe(true);
    expect(isPalFileName('/w/pal.yaml')).toBe(false);
    expect(isBundleFile('/w/audit.pal.yaml', '')).toBe(true);
  });

  it('are known by both root keys in any other YAML file', () => {
    expect(isBundleFile('/w/a.yaml', '# audit\nbundle: audit\nintercepts:\n  - target: A.b\n')).toBe(true);
    expect(isBundleFile('/w/a.yaml', 'bundle: audit\r\nintercepts:\r\n')).toBe(true);
    expect(isBundleFile('/w/a.yaml', '"bundle": audit\n\'intercepts\': []\n')).toBe(true);
  });

  it('are not other YAML files that have one of the keys, or the keys deeper', () => {
    expect(isBundleFile('/w/databricks.yaml', 'bundle:\n  name: etl\nresources: {}\n')).toBe(false);
    expect(isBundleFile('/w/a.yaml', 'app:\n  bundle: x\n  intercepts: []\n')).toBe(false);
    expect(isBundleFile('/w/a.yaml', 'bundles: x\nintercepts_: y\n')).toBe(false);
  });
});
