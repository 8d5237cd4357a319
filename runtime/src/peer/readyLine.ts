/** Opt-in lines for programs that start peers: one JSON line when the peer is up, one when it is down. */
import { writeSync } from 'node:fs';
import type { HostStart } from './hostMessages';
import type { PeerMemory } from './peerControl';

export class ReadyLine {
  readonly #file: number | undefined;

  constructor(
    private readonly start: HostStart,
    private readonly memory: PeerMemory,
  ) {
    const { ready } = start.config;
    this.#file = ready === 'none' ? undefined : ready === 'stderr' ? 2 : ready;
  }

  up(peer: {
    readonly name: string | undefined;
    readonly pub: string | undefined;
    readonly log: { readonly path: string } | undefined;
  }): void {
    this.#write({
      pal: 'ready',
      uuid: this.start.uuid,
      name: peer.name,
      pid: process.pid,
      wal:
        peer.log === undefined
          ? undefined
          : this.start.config.wal?.startsWith('file:') === true
            ? `file:${peer.log.path}`
            : peer.log.path,
      pub: peer.pub,
      runtime: this.start.runtime,
    });
  }

  down(): void {
    this.#write({ pal: 'stopped', uuid: this.start.uuid, pid: process.pid, ...this.memory.stats() });
  }

  #write(fields: Record<string, unknown>): void {
    if (this.#file === undefined) return;
    try {
      writeSync(this.#file, `${JSON.stringify(fields)}\n`);
    } catch {
      // whoever wanted to know does not listen any more
    }
  }
}
