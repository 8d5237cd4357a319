/** `pal peer print`: the PUB stream of a peer, as it happens, until a signal ends it (command-line specification, 8.3). */
import { openDirectory } from '../../directory/openDirectory';
import { PalError } from '../../errors';
import { PubSubscriber } from '../../pub/subscriber';
import { decodeMessage } from '../../wire/colfer';
import type { CommandSpec } from '../commandSpec';
import type { CommandContext } from '../context';
import { directoryChoice } from '../directoryChoice';
import type { ParsedCommand } from '../parsedCommand';
import { EntryFilter, typeNumber } from '../log/entryFilter';
import { createFormat, NO_OFFSET } from '../log/entryFormats';
import { formatOf, printOptions } from '../log/printOptions';
import { TreeDepth } from '../../log/treeDepth';
import { styleFor } from '../terminal/style';

const INTERRUPTED = 130;
/** `host:port` or `scheme://host:port`. */
const ADDRESS = /^(?:[a-z]+:\/\/)?[^:/\s]+:\d{1,5}$/i;

export const peerPrint: CommandSpec = {
  path: ['peer', 'print'],
  summary: 'Print what a peer publishes, as it happens',
  synopsis: ['[OPTIONS] PEER'],
  positionals: [
    {
      label: 'PEER',
      description: 'Name or UUID of a peer of the directory, or HOST:PORT of its PUB socket',
      required: true,
    },
  ],
  acceptEquals: true,
  options: printOptions,
  notes: [
    'Runs until Ctrl-C. The peer must run with --tcp-pub. It is not slowed down: what this command is too slow for is dropped by the peer.',
  ],
  examples: [
    { command: 'pal peer print orders --tree', explanation: 'a peer by its name' },
    { command: 'pal peer print 127.0.0.1:5555 --types THROWABLE', explanation: 'only what is thrown' },
  ],
  exitCodes: [
    ['1', 'no such peer, or it publishes nothing'],
    ['130', 'ended by a signal'],
  ],
  run: async (parsed, context) => {
    const form = formatOf(parsed);
    const address = await addressOf(parsed.args[0]!, parsed);
    const tree = new TreeDepth();
    const filter = new EntryFilter(parsed);
    const format = createFormat(form, tree, {
      style: styleFor(context.stdout.colors),
      withLocation: parsed.flag('withLocation'),
      withValues: parsed.flag('withValues'),
      cwd: context.cwd,
    });
    const { stdout } = context;
    const onBody = (body: Uint8Array): void => {
      const message = decodeMessage(body);
      tree.next(message);
      const show = filter.mayMatch(message.messageType ?? 0) && filter.matches(message, undefined);
      if (show) stdout.write(format({ offset: NO_OFFSET, key: undefined, message }));
    };
    const types = typesOf(parsed, form === 'tree');
    await stream({ address, types, verbose: parsed.flag('v'), onBody }, context);
    return INTERRUPTED;
  },
};

/** `tcp://host:port` */
async function addressOf(given: string, parsed: ParsedCommand): Promise<string> {
  if (ADDRESS.test(given)) return given.replace(/^[a-z]+:\/\//i, 'tcp://');
  const directory = openDirectory(directoryChoice(parsed, 1));
  try {
    const peer = await directory?.findPeer(given);
    if (peer === undefined) {
      throw new PalError(
        'not-found',
        `No peer found with name or UUID '${given}'; 'pal peer ls' shows the peers, or give HOST:PORT.`,
      );
    }
    if (!peer.alive) throw new PalError('not-found', `Peer '${given}' is not running any more.`);
    if (peer.pub === undefined) {
      throw new PalError('not-found', `Peer '${given}' publishes nothing; start it with --tcp-pub auto.`);
    }
    return peer.pub;
  } finally {
    await directory?.close();
  }
}

/** The peer itself leaves out what is not asked for. A tree needs everything. */
function typesOf(parsed: ParsedCommand, all: boolean): readonly number[] {
  return all
    ? []
    : parsed
        .list('types')
        .map(typeNumber)
        .filter((type) => type >= 0);
}

interface StreamOptions {
  readonly address: string;
  readonly types: readonly number[];
  readonly verbose: boolean;
  readonly onBody: (body: Uint8Array) => void;
}

/** Resolves when a signal ends it. The reader of stdout sets the pace; the peer drops what comes too fast. */
async function stream({ address, types, verbose, onBody }: StreamOptions, context: CommandContext): Promise<void> {
  const signal = context.untilInterrupted();
  const { stdout, stderr } = context;
  const say = (text: string): void => {
    stderr.write(`${text}\n`);
    void stderr.flush();
  };
  let flushing = false;
  let connected = false;
  let told = false;
  const subscriber = new PubSubscriber({
    address: address.replace('//localhost:', '//127.0.0.1:'),
    types,
    onMessage: ({ body }) => {
      try {
        onBody(body);
      } catch (error) {
        say(`A message could not be read: ${error instanceof Error ? error.message : String(error)}`);
      }
      if (flushing) return;
      flushing = true;
      subscriber.pause();
      setImmediate(() => {
        void stdout.flush().then(() => {
          flushing = false;
          subscriber.resume();
        });
      });
    },
    onMalformed: (error) => say(error.message),
    onConnected: () => {
      connected = true;
      told = false;
      if (verbose) say(`Connected to ${address}`);
    },
    onDisconnected: (error) => {
      if (told) return;
      told = true;
      const reason = error === undefined ? '' : `: ${error.message}`;
      say(
        connected
          ? `The peer has closed the stream${reason}; waiting for it to come back (Ctrl-C ends).`
          : `Not connected yet${reason}; trying again (Ctrl-C ends).`,
      );
    },
  });
  try {
    await new Promise<void>((resolve) => {
      if (signal.aborted) resolve();
      else signal.addEventListener('abort', () => resolve(), { once: true });
    });
  } finally {
    subscriber.close();
  }
  if (verbose) say(`${subscriber.received} messages received`);
  if (subscriber.missed > 0)
    say(`At least ${subscriber.missed} messages were missed: this reader is slower than the peer.`);
}
