/**
 * One row of a view, without `vscode`: what it shows, what may be done with it, what a screen reader says. Models are built anew from a
 * store's snapshot and compared by `signature`, so that only rows that changed are drawn again.
 */
export interface NodeModel {
  /** Stable over the life of the thing shown; unique in its view. */
  readonly id: string;
  readonly label: string;
  readonly description?: string;
  readonly icon: { readonly id: string; readonly color?: string };
  /** What menus ask for: `peer.live`, `log.palrec` … */
  readonly contextValue: string;
  /** Everything the row says, for those who cannot see its icon and colour. */
  readonly accessibilityLabel: string;
  /** Markdown, built when somebody points at the row. */
  readonly tooltip?: () => string;
  /** What "Copy" puts on the clipboard. */
  readonly copyText: string;
  readonly children?: readonly NodeModel[];
  /** Command run by a click, with the node's id as its argument. */
  readonly onClick?: string;
}

/** Changes exactly when the row looks different (children count by their ids). */
export function signature(node: NodeModel): string {
  const { label, description, icon, contextValue, accessibilityLabel, children } = node;
  const childIds = children?.map((child) => child.id).join('\u0001') ?? '';
  const parts = [label, description ?? '', icon.id, icon.color ?? '', contextValue, accessibilityLabel, childIds];
  return parts.join('\u0000');
}
