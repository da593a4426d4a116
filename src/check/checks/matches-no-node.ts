import { matches } from '../../evaluate/index.js';
import type { Check } from '../check.js';
import { watchedNodes } from '../watched.js';

/** A rule that watches nothing that is known. */
export const matchesNoNode: Check = {
  code: 'rule/matches-no-node',
  severity: 'warning',
  about: 'no node that is known matches `nodes`',
  needs: ['history'],
  run({ rules, history }, report) {
    if (!history || history.nodes.length === 0) return;
    for (const { rule, source, path, written } of rules) {
      const watched = watchedNodes(rule, history);
      if (watched === undefined || watched.length > 0) continue;
      const own = written.nodes === undefined ? path.slice(0, -2) : path;
      const missing = Object.keys(rule.nodes).filter(
        (label) => !history.nodes.some((node) => matches(only(rule.nodes, label), node.labels, node.name)),
      );
      // Each label by itself may be met, and all of them by no node.
      const [label] = missing;
      const at = label === undefined ? [...own, 'nodes'] : [...own, 'nodes', label];
      const message = `none of the ${history.nodes.length} nodes of ${history.name} matches${label === undefined ? '' : ` \`${label}\``}`;
      report({ source, path: at }, message, cureFor(label, history.nodes));
    }
  },
};

function only(nodes: Parameters<typeof matches>[0]['nodes'], label: string) {
  return { nodes: { [label]: nodes[label] } };
}

function cureFor(
  label: string | undefined,
  nodes: readonly { readonly name: string; readonly labels: Readonly<Record<string, string>> }[],
): string {
  if (label === undefined) return 'name labels that one node has together';
  const values = nodes.flatMap((node) => (label === 'node' ? node.name : (node.labels[label] ?? [])));
  const known = [...new Set(values)].sort().slice(0, 5);
  if (known.length > 0) return `known values: ${known.join(', ')}`;
  const labels = [...new Set(nodes.flatMap((node) => Object.keys(node.labels)))].sort();
  return labels.length > 0 ? `known labels: ${labels.join(', ')}` : 'the nodes have no labels';
}
