/** Filter of a view: rows that contain every word, in what they show or in a row below them. */
import type { NodeModel } from './nodeModel';

export function filterNodes(nodes: readonly NodeModel[], filter: string): readonly NodeModel[] {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  return words.length === 0 ? nodes : nodes.filter((node) => words.every((word) => contains(node, word)));
}

function contains(node: NodeModel, word: string): boolean {
  const text = `${node.label} ${node.description ?? ''} ${node.copyText}`.toLowerCase();
  return text.includes(word) || (node.children ?? []).some((child) => contains(child, word));
}
