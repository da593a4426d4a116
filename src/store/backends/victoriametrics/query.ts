import { SIGNALS, type Signal } from '../../../telemetry/index.js';
import { armour, NODE_TAG } from '../../remote/line-writer.js';

/** Unix seconds to the millisecond, as the API takes them. */
export function seconds(ms: number): string {
  return (ms / 1000).toFixed(3);
}

/**
 * A selector of our series: the line protocol's measurement and field make the metric's name. Of these nodes, or of all.
 * MetricsQL; its expressions are RE2 and match the whole value.
 */
export function selector(
  measurement: string,
  signals: readonly Signal[] = SIGNALS,
  nodes?: readonly string[],
): string {
  const metrics = `__name__=~${JSON.stringify(`${escapeExpression(measurement)}_(${signals.join('|')})`)}`;
  if (!nodes) return `{${metrics},${NODE_TAG}!=""}`;
  const names = nodes.map(armour);
  const [only] = names;
  const isOne = names.length === 1 && only !== undefined;
  const filter = isOne
    ? `${NODE_TAG}=${JSON.stringify(only)}`
    : `${NODE_TAG}=~${JSON.stringify(names.map(escapeExpression).join('|'))}`;
  return `{${metrics},${filter}}`;
}

function escapeExpression(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}

/** Names by the hundred: as many as fit in one query well. */
export function inGroups(names: readonly string[]): string[][] {
  const size = 100;
  const count = Math.ceil(names.length / size);
  return Array.from({ length: count }, (_, i) => names.slice(i * size, (i + 1) * size));
}
