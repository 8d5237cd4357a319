/** Events without `vscode`: listeners in order of registration; one that throws does not keep the others from hearing. */
import { toDisposable, type Disposable } from './disposableStore';

export type Listener<T> = (value: T) => void;
export type Event<T> = (listener: Listener<T>) => Disposable;

export class Emitter<T> implements Disposable {
  readonly #listeners = new Set<Listener<T>>();

  /** @param onError hears what a listener threw. */
  constructor(private readonly onError: (error: unknown) => void = () => undefined) {}

  readonly event: Event<T> = (listener) => {
    const own: Listener<T> = (value) => listener(value);
    this.#listeners.add(own);
    return toDisposable(() => this.#listeners.delete(own));
  };

  fire(value: T): void {
    for (const listener of [...this.#listeners]) {
      try {
        listener(value);
      } catch (error) {
        this.onError(error);
      }
    }
  }

  dispose(): void {
    this.#listeners.clear();
  }
}
