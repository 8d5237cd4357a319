/**
 * One stream as the extension host sees it: turns what the receiving thread tells into the panel's lines and the status, and what the user wants into orders.
 * Knows no editor. Phases: `connecting` → `live` ⇄ `reconnecting` → `ended`; ended is for good.
 */
import type { Translate } from '../translate';
import { formatCount } from '../format';
import { describeFilter, isFiltering, type StreamFilter } from './streamFilter';
import { noCounters, type StreamEvent, type StreamOrder } from './streamMessages';
import { StreamPanel, type MessagePlace, type PanelOutput } from './streamPanel';
import { streamStatus, type StreamState, type StreamStatus } from './streamStatus';

export interface StreamView extends PanelOutput {
  status(status: StreamStatus): void;
  /** Something for the log. */
  trouble(message: string): void;
}

export interface StreamOptions {
  readonly name: string;
  readonly address: string;
  readonly filter: StreamFilter;
}

export class StreamModel {
  readonly #panel: StreamPanel;
  #state: StreamState;
  #pausedBefore = 0;

  constructor(
    options: StreamOptions,
    private readonly view: StreamView,
    private readonly send: (order: StreamOrder) => void,
    private readonly t: Translate,
  ) {
    this.#panel = new StreamPanel(view, t);
    this.#state = {
      name: options.name,
      phase: 'connecting',
      paused: false,
      filter: options.filter,
      flooded: false,
      counters: noCounters,
      reason: undefined,
    };
    this.#panel.say(t('Connecting to {name} at {address}', { name: options.name, address: options.address }));
    if (isFiltering(options.filter)) this.#sayFilter();
    this.#show({});
  }

  get state(): StreamState {
    return this.#state;
  }

  event(event: StreamEvent): void {
    if (this.#state.phase === 'ended') return;
    switch (event.kind) {
      case 'connected':
        this.#panel.say(this.#state.phase === 'reconnecting' ? this.t('Connected again.') : this.t('Connected.'));
        this.#show({ phase: 'live', reason: undefined });
        break;
      case 'disconnected':
        // Told once, not at every attempt.
        if (this.#state.phase === 'live') {
          this.#panel.say(this.t('The connection is lost; trying again. What the peer sends meanwhile is missed.'));
        }
        this.#show({ phase: this.#state.phase === 'connecting' ? 'connecting' : 'reconnecting', reason: event.reason });
        break;
      case 'batch':
        this.#batch(event);
        break;
      case 'closed':
        this.#end(this.t('The stream was closed.'));
    }
  }

  pause(paused: boolean): void {
    if (this.#state.phase === 'ended' || paused === this.#state.paused) return;
    this.send({ kind: 'pause', paused });
    if (paused) {
      this.#pausedBefore = this.#state.counters.paused;
      this.#panel.say(this.t('Paused.'));
    } else {
      const count = formatCount(this.#state.counters.paused - this.#pausedBefore);
      this.#panel.say(this.t('Resumed: {count} messages passed by.', { count }));
    }
    this.#show({ paused });
  }

  filter(filter: StreamFilter): void {
    if (this.#state.phase === 'ended') return;
    this.send({ kind: 'filter', filter });
    this.#state = { ...this.#state, filter };
    this.#sayFilter();
    this.#show({});
  }

  clear(): void {
    this.#panel.clear();
  }

  /** The peer is gone: nothing more will come. Called when everything received has been shown. */
  peerEnded(): void {
    this.#end(this.t('{name} has ended.', { name: this.#state.name }));
  }

  /** The message on a line of the panel, counted from 0. */
  placeAt(line: number): MessagePlace | undefined {
    return this.#panel.placeAt(line);
  }

  #batch({ items, counters, error }: StreamEvent & { readonly kind: 'batch' }): void {
    const before = this.#state.counters;
    this.#panel.add(items);
    if (error !== undefined) this.view.trouble(error);
    const flooded = counters.lost > before.lost || counters.skipped > before.skipped;
    this.#show({ counters, flooded });
    this.send({ kind: 'ack' });
  }

  #end(text: string): void {
    if (this.#state.phase === 'ended') return;
    const { received, lost, skipped } = this.#state.counters;
    const numbers = this.t('{received} received, {lost} lost, {skipped} skipped', {
      received: formatCount(received),
      lost: formatCount(lost),
      skipped: formatCount(skipped),
    });
    this.#panel.say(`${text} ${numbers}`);
    this.#show({ phase: 'ended', flooded: false });
  }

  #sayFilter(): void {
    const { filter } = this.#state;
    this.#panel.say(
      isFiltering(filter)
        ? this.t('Filter: {filter}', { filter: describeFilter(filter, this.t) })
        : this.t('No filter: everything is shown.'),
    );
  }

  #show(change: Partial<StreamState>): void {
    this.#state = { ...this.#state, ...change };
    this.view.status(streamStatus(this.#state, this.t));
  }
}
