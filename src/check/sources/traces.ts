import type { Rule } from '../../evaluate/index.js';
import { readTrace, takeRow } from '../../replay/index.js';
import { formatCount, Registry, Rows } from '../../telemetry/index.js';
import type { History, KnownNode, Said } from '../history.js';
import { Survey } from '../survey.js';

/** A trace has a column for it, and none for other labels. */
const LABELS_OF_TRACES = new Set(['version']);

/**
 * What traces hold; each has nodes of its own. Rows with a fault are left out: `headroom check` tells of them.
 * @throws Problem bad-trace where a file cannot be read.
 */
export async function historyOfTraces(
  files: readonly string[],
  rules: readonly Rule[],
  onFile: () => void,
): Promise<History> {
  const nodes: KnownNode[] = [];
  const said = new Map<string, Said>();
  for (const file of files) {
    const survey = await surveyTrace(file, rules);
    nodes.push(...survey.nodes);
    for (const [rule, more] of survey.said) said.set(rule, joined(said.get(rule), more));
    onFile();
  }
  return { name: formatCount(files.length, 'trace'), nodes, labels: LABELS_OF_TRACES, said };
}

async function surveyTrace(file: string, rules: readonly Rule[]) {
  const survey = new Survey(rules);
  const registry = new Registry({ nodes: Number.POSITIVE_INFINITY, labelsPerNode: 1 });
  const into = new Rows(1);
  for await (const row of readTrace(file, () => undefined)) {
    takeRow(row, row.time * 1000, registry, into);
    survey.take(into, registry);
  }
  return survey.finish();
}

function joined(a: Said | undefined, b: Said): Said {
  if (!a) return b;
  const known = [a, b].flatMap(({ highest }) => highest ?? []);
  return { breaches: a.breaches + b.breaches, highest: known.length > 0 ? Math.max(...known) : null };
}
