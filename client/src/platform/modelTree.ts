/**
 * A tree view over row models. Elements are ids, so that what a command gets and what the view remembers stay valid when the models are built anew;
 * only rows that look different are drawn again. Nothing is built while the view is hidden.
 */
import * as vscode from 'vscode';
import { commands } from '../contributions';
import { DisposableStore, type Disposable } from '../core/disposableStore';
import { filterNodes } from '../core/filterNodes';
import type { NodeModel } from '../core/nodeModel';
import { TreeIndex } from '../core/treeIndex';
import { t } from './l10n';

/** Ages in the rows ("up 3m") move on this often while the view is visible. */
const clockMillis = 30_000;
const morePrefix = 'more:';

export interface ModelTreeOptions {
  readonly viewId: string;
  /** Rows from the current state; called when it changed and while the view is visible. */
  readonly build: () => readonly NodeModel[];
  /** Called when the view becomes visible; what it returns is disposed when the view is hidden. */
  readonly onVisible: () => Disposable;
}

export class ModelTree implements vscode.TreeDataProvider<string>, Disposable {
  readonly view: vscode.TreeView<string>;
  readonly #index = new TreeIndex();
  readonly #changes = new vscode.EventEmitter<string | string[] | undefined>();
  readonly #store = new DisposableStore();
  readonly onDidChangeTreeData = this.#changes.event;
  #visible: DisposableStore | undefined;
  #filter = '';
  #note = '';
  #total = 0;

  constructor(private readonly options: ModelTreeOptions) {
    this.view = vscode.window.createTreeView(options.viewId, {
      treeDataProvider: this,
      canSelectMany: true,
      showCollapseAll: true,
    });
    this.#store.push(this.view);
    this.#store.push(this.#changes);
    this.#store.push({ dispose: () => this.#visible?.dispose() });
    this.#store.push(this.view.onDidChangeVisibility(() => this.#follow()));
    this.#follow();
  }

  /** Builds the rows anew and draws what changed; does nothing while hidden. */
  update(): void {
    if (this.#visible === undefined) return;
    const all = this.options.build();
    const change = this.#index.update(filterNodes(all, this.#filter));
    this.#total = all.length;
    this.#describe();
    if (change.kind === 'all') this.#changes.fire(undefined);
    else if (change.kind === 'nodes') this.#changes.fire(change.ids);
  }

  get viewId(): string {
    return this.options.viewId;
  }

  /** Words that rows must contain; empty shows all. */
  get filter(): string {
    return this.#filter;
  }

  set filter(words: string) {
    this.#filter = words;
    this.update();
  }

  /** A word about the whole view, beside its title. */
  set note(text: string) {
    this.#note = text;
    this.#describe();
  }

  node(id: string): NodeModel | undefined {
    return this.#index.get(id);
  }

  /** Top rows as text. */
  rows(): readonly string[] {
    return this.#index.page(undefined).ids.map((id) => {
      const { label, description } = this.#index.get(id)!;
      return description === undefined ? label : `${label} · ${description}`;
    });
  }

  showMore(elementId: string): void {
    const parent = elementId.slice(morePrefix.length) || undefined;
    this.#index.showMore(parent);
    this.#changes.fire(parent);
  }

  async reveal(id: string): Promise<void> {
    if (this.#index.get(id) === undefined) return;
    this.#index.include(id);
    await this.view.reveal(id, { select: true, focus: true });
  }

  getChildren(id?: string): string[] {
    const { ids, left } = this.#index.page(id);
    return left > 0 ? [...ids, morePrefix + (id ?? '')] : [...ids];
  }

  getParent(id: string): string | undefined {
    return id.startsWith(morePrefix) ? id.slice(morePrefix.length) || undefined : this.#index.parentOf(id);
  }

  getTreeItem(id: string): vscode.TreeItem {
    if (id.startsWith(morePrefix)) return this.#moreItem(id);
    const node = this.#index.get(id);
    if (node === undefined) return new vscode.TreeItem('');
    const item = new vscode.TreeItem(
      node.label,
      node.children !== undefined && node.children.length > 0
        ? vscode.TreeItemCollapsibleState.Collapsed
        : vscode.TreeItemCollapsibleState.None,
    );
    item.id = node.id;
    if (node.description !== undefined) item.description = node.description;
    item.contextValue = node.contextValue;
    item.iconPath = new vscode.ThemeIcon(
      node.icon.id,
      node.icon.color === undefined ? undefined : new vscode.ThemeColor(node.icon.color),
    );
    item.accessibilityInformation = { label: node.accessibilityLabel };
    if (node.tooltip === undefined) item.tooltip = `${node.label} ${node.description ?? ''}`.trim();
    if (node.onClick !== undefined) item.command = { command: node.onClick, title: '', arguments: [node.id] };
    return item;
  }

  resolveTreeItem(item: vscode.TreeItem, id: string): vscode.TreeItem {
    const tooltip = this.#index.get(id)?.tooltip?.();
    if (tooltip !== undefined) item.tooltip = new vscode.MarkdownString(tooltip);
    return item;
  }

  dispose(): void {
    this.#store.dispose();
  }

  #describe(): void {
    const shown = this.#index.size;
    const filter =
      this.#filter === '' ? '' : t('“{words}”: {shown} of {total}', { words: this.#filter, shown, total: this.#total });
    const text = [this.#note, filter].filter(Boolean).join(' · ');
    if (this.view.description !== text) this.view.description = text;
  }

  #follow(): void {
    if (this.view.visible === (this.#visible !== undefined)) return;
    if (!this.view.visible) {
      this.#visible?.dispose();
      this.#visible = undefined;
      return;
    }
    this.#visible = new DisposableStore();
    this.#visible.push(this.options.onVisible());
    const clock = setInterval(() => this.update(), clockMillis);
    this.#visible.push({ dispose: () => clearInterval(clock) });
    this.update();
  }

  #moreItem(id: string): vscode.TreeItem {
    const { left } = this.#index.page(id.slice(morePrefix.length) || undefined);
    const item = new vscode.TreeItem(t('Show more ({count} left)', { count: left }));
    item.id = id;
    item.iconPath = new vscode.ThemeIcon('ellipsis');
    item.command = { command: commands.showMore, title: '', arguments: [this.options.viewId, id] };
    return item;
  }
}
