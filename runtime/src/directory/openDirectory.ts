/** From what the user wrote after `-d` to a directory. */
import { PalError } from '../errors';
import type { Directory } from './directory';
import { LocalDirectory } from './localDirectory';

/** `local` → the files of this machine; `none` → no directory; anything else names etcd endpoints. The caller closes it. */
export function openDirectory(spec: string): Directory | undefined {
  const text = spec.trim();
  if (text === 'local' || text === '') return new LocalDirectory();
  if (text === 'none' || text === '<none>') return undefined;
  throw new PalError(
    'directory-unreachable',
    `PAL directory unreachable: '${text}' names etcd endpoints, which this version does not speak: use -d local or -d none`,
    { exitCode: 14, data: { directory: text } },
  );
}
