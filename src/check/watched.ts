import { matches, type Rule } from '../evaluate/index.js';
import type { History, KnownNode } from './history.js';

/** The nodes of the record that a rule watches; undefined where the record does not have the labels to tell. */
export function watchedNodes(rule: Rule, history: History): readonly KnownNode[] | undefined {
  if (!canTell(rule, history)) return undefined;
  return history.nodes.filter((node) => matches(rule, node.labels, node.name));
}

function canTell({ nodes }: Rule, { labels }: History): boolean {
  return labels === null || Object.keys(nodes).every((label) => label === 'node' || labels.has(label));
}

/** The middle value; undefined of none. */
export function median(values: readonly number[]): number | undefined {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)];
}

/** Middle of what the nodes have of something; undefined where none has it. */
export function usual(
  nodes: readonly KnownNode[],
  of: (node: KnownNode) => number | null,
): number | undefined {
  return median(nodes.flatMap((node) => of(node) ?? []));
}
