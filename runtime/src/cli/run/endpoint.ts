/** `[HOST:]PORT|auto` of `--tcp-pub` and the RPC options: split at the first colon, host `localhost` by default. */
import { PalError } from '../../errors';

/**
 * @returns `tcp://host:port`, port 0 for `auto`
 * @throws PalError with `exitCode` and `text` as the first line
 */
export function parseEndpoint(raw: string, text: string, exitCode: number): string {
  if (raw.toLowerCase() === 'auto') return 'tcp://localhost:0';
  const at = raw.indexOf(':');
  const host = at < 0 ? 'localhost' : raw.slice(0, at);
  const port = at < 0 ? raw : raw.slice(at + 1);
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535) {
    throw new PalError('usage', `${text}: '${port}' is no port number; give [HOST:]PORT or auto.`, { exitCode });
  }
  return `tcp://${host === '' ? 'localhost' : host}:${Number(port)}`;
}
