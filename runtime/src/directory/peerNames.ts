/**
 * Unique peer names of the local directory. A name is a folder of numbered claims; the highest number holds the name. A claim is made by
 * creating the next number exclusively, so of several processes that find a name free (or its holder dead) exactly one gets it;
 * claims are never deleted by their holder, only marked free, so a number is never given twice.
 */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { PalError } from '../errors';
import { createRecord, listRecords, putRecord, readRecord, removeRecord } from './fileStore';
import { isProcessAlive, type ProcessIdentity } from './processIdentity';

interface Claim extends ProcessIdentity {
  readonly uuid: string;
  readonly free?: boolean;
}

/** Longest file name that every supported file system takes, less a margin. */
const LONGEST_FILE_NAME = 200;

/** @throws PalError `usage` (exit 2) for a name that another part of PAL could not carry. */
export function checkPeerName(name: string): void {
  const bad = ['##', '&&', '/'].find((part) => name.includes(part));
  if (bad !== undefined || name.trim() === '') {
    const why = bad === undefined ? 'is empty' : `holds '${bad}'`;
    throw new PalError('usage', `The peer name '${name}' ${why}: choose one without '##', '&&' and '/'`, {
      exitCode: 2,
    });
  }
}

export class PeerNames {
  constructor(private readonly folder: string) {}

  /** UUID of the peer that holds the name, dead or alive. */
  holder(name: string): string | undefined {
    const claim = this.#latest(name)?.claim;
    return claim === undefined || claim.free === true ? undefined : claim.uuid;
  }

  /** @throws PalError `duplicate-peer-name` (exit 3) when a live peer holds the name. */
  claim(name: string, uuid: string, process: ProcessIdentity): void {
    checkPeerName(name);
    for (;;) {
      const latest = this.#latest(name);
      const held = latest?.claim;
      if (held !== undefined && held.free !== true && isProcessAlive(held)) {
        throw new PalError(
          'duplicate-peer-name',
          `DuplicatePeerNameException: the peer name '${name}' is taken by the live peer ${held.uuid}: choose another with -n, or stop that peer`,
          { exitCode: 3, data: { name, holder: held.uuid } },
        );
      }
      const number = (latest?.number ?? 0) + 1;
      const claim: Claim = { ...process, uuid };
      if (!createRecord(join(this.#folderOf(name), String(number)), claim)) continue; // another process was quicker
      for (const older of this.#numbers(name)) {
        if (older < number) removeRecord(join(this.#folderOf(name), String(older)));
      }
      return;
    }
  }

  /** Frees the name if this peer holds it. */
  release(name: string, uuid: string): void {
    const latest = this.#latest(name);
    if (latest?.claim?.uuid !== uuid) return;
    putRecord(join(this.#folderOf(name), String(latest.number)), { ...latest.claim, free: true });
  }

  #latest(name: string): { readonly number: number; readonly claim: Claim | undefined } | undefined {
    const number = Math.max(0, ...this.#numbers(name));
    if (number === 0) return undefined;
    return { number, claim: readRecord(join(this.#folderOf(name), String(number))) as Claim | undefined };
  }

  #numbers(name: string): number[] {
    return listRecords(this.#folderOf(name))
      .filter((file) => /^\d+$/.test(file))
      .map(Number);
  }

  /** A file name that no file system folds together with another name's. */
  #folderOf(name: string): string {
    const escaped = [...Buffer.from(name, 'utf8')]
      .map((byte) => {
        const character = String.fromCharCode(byte);
        return /[a-z0-9_-]/.test(character) ? character : `%${byte.toString(16).padStart(2, '0')}`;
      })
      .join('');
    const file = escaped.length <= LONGEST_FILE_NAME ? escaped : `%%${createHash('sha256').update(name).digest('hex')}`;
    return join(this.folder, file);
  }
}
