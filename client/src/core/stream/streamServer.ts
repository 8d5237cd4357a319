/**
 * The receiving thread: subscribes to a peer, runs the pipeline, sends batches to the extension host.
 *
 * Invariants: at most ten batches a second, and the next only when the last is on the screen (`ack`), so that a busy editor is never given more than it can
 * take; no timer while nothing arrives. Ends by `close`, after a last batch.
 */
import { ZmtpSubscriber } from 'pal-runtime/pub/zmtpSubscriber';
import type { StreamEvent, StreamOrder, StreamStart } from './streamMessages';
import { StreamPipeline } from './streamPipeline';

export const batchMillis = 100;

/** The part of a `MessagePort` that is needed. */
export interface StreamPort {
  postMessage(event: StreamEvent): void;
  on(event: 'message', listener: (order: StreamOrder) => void): unknown;
  close(): void;
}

export function serveStream(port: StreamPort, { host, port: tcpPort, filter, base }: StreamStart): void {
  const pipeline = new StreamPipeline(filter, base);
  let timer: NodeJS.Timeout | undefined;
  let unacknowledged = false;
  let sent = pipeline.counters;
  /** The last batch told of losses: one more follows, to tell when they are over. */
  let flooded = false;

  const due = (): boolean => flooded || pipeline.waiting || pipeline.received !== sent.received;
  const schedule = (): void => {
    timer ??= setTimeout(tick, batchMillis);
  };
  const tick = (): void => {
    timer = undefined;
    // The acknowledgement schedules anew.
    if (!unacknowledged && due()) send(false);
  };
  const send = (last: boolean): void => {
    const batch = pipeline.take(performance.now(), last);
    const { lost, skipped } = batch.counters;
    flooded = lost > sent.lost || skipped > sent.skipped;
    sent = batch.counters;
    unacknowledged = true;
    port.postMessage({ kind: 'batch', ...batch });
  };

  const subscriber = new ZmtpSubscriber({
    host,
    port: tcpPort,
    onMessage: (frames) => {
      pipeline.frames(frames);
      if (timer === undefined) schedule();
    },
    onConnected: () => port.postMessage({ kind: 'connected' }),
    onDisconnected: (error, retryInMs) => {
      pipeline.disconnected();
      port.postMessage({ kind: 'disconnected', reason: error?.message, retryInMs });
    },
  });

  port.on('message', (order) => {
    switch (order.kind) {
      case 'ack':
        unacknowledged = false;
        if (due()) schedule();
        break;
      case 'filter':
        pipeline.filter = order.filter;
        break;
      case 'pause':
        pipeline.paused = order.paused;
        break;
      case 'close':
        clearTimeout(timer);
        subscriber.close();
        if (due()) send(true);
        port.postMessage({ kind: 'closed' });
        port.close();
    }
  });
}
