import { isSignal, type Labels, type Signal } from '../../../telemetry/index.js';

/**
 * A node and its labels as the labels of a time series, and back. VictoriaMetrics drops labels without a value, all
 * beyond 30 of a series (-maxLabelsPerTimeseries) and cuts values of 16 KiB, without a word; the line protocol has no
 * way to write a line break, and none that is sure for a backslash. What would be lost so travels as percent-encoded
 * JSON in a label of its own.
 */

export const MEASUREMENT = 'headroom';
export const NODE_LABEL = 'node';
const EXACT_LABEL = 'headroom_exact';

/** Below 30, so that a metric's name, the node, the exact label and one or two of a relabelling proxy have room. */
const MOST_LABELS = 24;
const LONGEST_VALUE = 1024;
const LONGEST_NAME = 128;
/** Given meaning by VictoriaMetrics or by us. */
const RESERVED = new Set(['__name__', 'db', NODE_LABEL, EXACT_LABEL]);

export interface Identity {
  readonly name: string;
  readonly labels: Labels;
}

interface Exact {
  readonly node?: string;
  readonly labels?: Labels;
}

/** The labels with which a node's series are written; every value is safe in the line protocol. */
export function tagsOf({ name, labels }: Identity): Labels {
  const tags: Record<string, string> = { [NODE_LABEL]: plainNode(name) };
  const kept: Record<string, string> = {};
  let count = 0;
  for (const key of Object.keys(labels).sort()) {
    const value = labels[key];
    const fits = count < MOST_LABELS && !RESERVED.has(key) && isPlain(key, LONGEST_NAME);
    if (fits && isPlain(value, LONGEST_VALUE)) {
      tags[key] = value;
      count++;
    } else kept[key] = value;
  }
  const exact: Exact = {
    ...(tags[NODE_LABEL] === name ? {} : { node: name }),
    ...(Object.keys(kept).length > 0 ? { labels: kept } : {}),
  };
  if (Object.keys(exact).length > 0) tags[EXACT_LABEL] = encodeURIComponent(JSON.stringify(exact));
  return tags;
}

/** What a series of the server stands for; undefined when it has no node or is damaged. */
export function identityOf(metric: Labels): Identity | undefined {
  const { __name__: _, [NODE_LABEL]: node, [EXACT_LABEL]: encoded, ...labels } = metric;
  if (node === undefined) return undefined;
  if (encoded === undefined) return { name: node, labels };
  try {
    const exact = JSON.parse(decodeURIComponent(encoded)) as Exact;
    return { name: exact.node ?? node, labels: { ...labels, ...exact.labels } };
  } catch {
    return undefined;
  }
}

/** What a node's name is in the label `node`: itself, or nearly so where the line protocol cannot carry it. */
export function plainNode(name: string): string {
  if (isPlain(name, LONGEST_VALUE)) return name;
  return (
    [...name]
      .map((char) => (isPlain(char, 2) ? char : '_'))
      .join('')
      .slice(0, LONGEST_VALUE) || '_'
  );
}

/** The signal in the name of a metric. */
export function signalOf(metric: Labels): Signal | undefined {
  const field = metric.__name__?.slice(MEASUREMENT.length + 1) ?? '';
  return isSignal(field) ? field : undefined;
}

/** A series selector for these signals, of these nodes or of all. MetricsQL; the expression is RE2, anchored. */
export function selector(signals: readonly Signal[], nodes?: readonly string[]): string {
  const metrics = `__name__=~"${MEASUREMENT}_(${signals.join('|')})"`;
  if (!nodes) return `{${metrics},${NODE_LABEL}!=""}`;
  const names = [...new Set(nodes.map(plainNode))];
  const [only] = names;
  const filter =
    names.length === 1 && only !== undefined
      ? `${NODE_LABEL}=${JSON.stringify(only)}`
      : `${NODE_LABEL}=~${JSON.stringify(names.map(escapeExpression).join('|'))}`;
  return `{${metrics},${filter}}`;
}

function escapeExpression(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}

/** Not empty, short enough, and of characters that the line protocol carries as they are or escaped with certainty. */
function isPlain(text: string, longest: number): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  return text !== '' && text.length <= longest && !/[\u0000-\u001f\u007f\\]/.test(text);
}
