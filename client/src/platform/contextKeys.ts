/** Context keys that `when` clauses read. Sets a key only when its value changes. */
import * as vscode from 'vscode';

export class ContextKeys {
  readonly #values = new Map<string, unknown>();

  set(key: string, value: string | boolean | undefined): void {
    if (this.#values.has(key) && this.#values.get(key) === value) return;
    this.#values.set(key, value);
    void vscode.commands.executeCommand('setContext', key, value);
  }
}
