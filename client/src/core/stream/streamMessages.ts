/** What the receiving thread and the extension host say to each other: plain data, small, at most ten batches a second. */
import type { StreamFilter } from './streamFilter';

/** `received` = `shown` + `filtered` + `paused` + `skipped` + `malformed`, at any time. */
export interface StreamCounters {
  /** Messages that arrived. */
  readonly received: number;
  /** Lines handed to the panel. */
  readonly shown: number;
  /** Kept out by the filter. */
  readonly filtered: number;
  /** Arrived while paused. */
  readonly paused: number;
  /** Would have been shown, but there were too many for a screen. */
  readonly skipped: number;
  /** Not as specified. */
  readonly malformed: number;
  /** Never arrived: dropped by the peer or its socket between messages that did arrive. */
  readonly lost: number;
}

export const noCounters: StreamCounters = {
  received: 0,
  shown: 0,
  filtered: 0,
  paused: 0,
  skipped: 0,
  malformed: 0,
  lost: 0,
};

/** One message as a line. */
export interface StreamLine {
  readonly text: string;
  /** Id of the message where the line does not begin with its offset. */
  readonly id?: string;
}

/** Stands where lines are missing. */
export interface StreamGap {
  readonly lost: number;
  readonly skipped: number;
}

export type StreamItem = StreamLine | StreamGap;

/** From the receiving thread. */
export type StreamEvent =
  | { readonly kind: 'connected' }
  | { readonly kind: 'disconnected'; readonly reason: string | undefined; readonly retryInMs: number }
  | {
      readonly kind: 'batch';
      readonly items: readonly StreamItem[];
      readonly counters: StreamCounters;
      /** Why the first malformed message of this batch is malformed. */
      readonly error?: string;
    }
  /** Everything received was sent; nothing follows. */
  | { readonly kind: 'closed' };

/** To the receiving thread. */
export type StreamOrder =
  | { readonly kind: 'filter'; readonly filter: StreamFilter }
  | { readonly kind: 'pause'; readonly paused: boolean }
  /** The last batch is on the screen: the next may come. */
  | { readonly kind: 'ack' }
  | { readonly kind: 'close' };

export interface StreamStart {
  readonly host: string;
  readonly port: number;
  readonly filter: StreamFilter;
  /** Source files below it are shown relative to it; empty = none. */
  readonly base: string;
}
