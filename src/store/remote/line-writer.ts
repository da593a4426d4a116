import {
  isSignal,
  type Labels,
  type Registry,
  type Rows,
  SIGNAL_COUNT,
  SIGNALS,
} from '../../telemetry/index.js';
import type { Lines } from './durable-queue.js';

/** The tag that holds a node's name. */
export const NODE_TAG = 'node';

/** Tag keys that mean something to the databases or to us; a label of that name gets a prefix. */
const TAKEN = new Set([NODE_TAG, 'time', 'result', 'table', 'db', '__name__']);
const PREFIX = 'label_';

/**
 * VictoriaMetrics silently drops labels beyond 30 of a series, its metric's name included (-maxLabelsPerTimeseries): a
 * node's labels beyond these travel as JSON in one tag. No label is written under that key otherwise.
 */
const MOST_TAGS = 24;
const MORE_TAG = `${PREFIX}more`;

/**
 * Rows as InfluxDB line protocol, one line a row: `headroom,node=r-1,pool=edge rss=812000000,ready=1 1795349340000`.
 * Values are floats, times ms. Absent values and values that are not finite have no field; rows without any have no line.
 */
export function writeLines(rows: Rows, registry: Registry, measurement: string): Lines {
  const heads = new Map<string, string>();
  const name = escapeLine(measurement, /[, ]/g);
  let text = '';
  let count = 0;
  let from = Number.POSITIVE_INFINITY;
  let to = Number.NEGATIVE_INFINITY;
  for (let row = 0; row < rows.length; row++) {
    const fields = fieldsOf(rows, row);
    if (fields === '') continue;
    const key = `${rows.node[row]} ${rows.labels[row]}`;
    let head = heads.get(key);
    if (head === undefined) {
      const labels = registry.labelSets[rows.labels[row]]?.labels ?? {};
      head = `${name}${tagsOf(registry.nodes[rows.node[row]]?.name ?? '', labels)} `;
      heads.set(key, head);
    }
    const time = Math.floor(rows.time[row]);
    text += `${head}${fields} ${time}\n`;
    count++;
    from = Math.min(from, time);
    to = Math.max(to, time);
  }
  return { text, rows: count, from, to };
}

function fieldsOf(rows: Rows, row: number): string {
  let fields = '';
  for (let column = 0; column < SIGNAL_COUNT; column++) {
    const value = rows.values[row * SIGNAL_COUNT + column];
    // Integers carry no "i": InfluxDB would take the field for an integer, and refuse floats from then on.
    if (Number.isFinite(value)) fields += `${fields === '' ? '' : ','}${SIGNALS[column]}=${value}`;
  }
  return fields;
}

function tagsOf(node: string, labels: Labels): string {
  const tags: [string, string][] = [[NODE_TAG, node]];
  const sorted = Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1));
  for (const [key, value] of sorted.slice(0, MOST_TAGS)) tags.push([tagKeyOf(key), value]);
  if (sorted.length > MOST_TAGS)
    tags.push([MORE_TAG, JSON.stringify(Object.fromEntries(sorted.slice(MOST_TAGS)))]);
  return writeTags(tags);
}

/** Tags as they stand behind the measurement: `,node=r-1,pool=edge`, in the order that the databases like best. */
export function writeTags(tags: readonly (readonly [key: string, value: string])[]): string {
  return [...tags]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `,${escapeLine(armour(key), TAG)}=${escapeLine(armour(value), TAG)}`)
    .join('');
}

const TAG = /[, =]/g;

function escapeLine(text: string, special: RegExp): string {
  return text.replace(special, '\\$&');
}

/** The tag key of a label. */
function tagKeyOf(label: string): string {
  return isTaken(label) ? `${PREFIX}${label}` : label;
}

function isTaken(key: string): boolean {
  return TAKEN.has(key) || isSignal(key) || key.startsWith('_') || key.startsWith(PREFIX) || key === '';
}

/** The label of a tag key, as it came out of `armour`. */
function labelOf(key: string): string {
  return key.startsWith(PREFIX) ? key.slice(PREFIX.length) : key;
}

/**
 * What tags cannot hold, written with percent signs: the empty text as `%`, control characters and backslashes as
 * `%0A`, and the percent sign itself as `%25`. Line protocol has no way of its own to write them.
 */
export function armour(text: string): string {
  if (text === '') return '%';
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is meant
  return text.replace(/[%\\\u0000-\u001f\u007f]/g, (character) => {
    return `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
  });
}

/** Undoes `armour`. */
export function unarmour(text: string): string {
  if (text === '%') return '';
  if (!text.includes('%')) return text;
  return text.replace(/%([0-9A-F]{2})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
}

/** A node's name and labels out of the tags of a series; undefined when it has no tag `node`. */
export function namesOfTags(
  tags: Iterable<readonly [key: string, value: string]>,
): { node: string; labels: Labels } | undefined {
  let node: string | undefined;
  const labels: Record<string, string> = {};
  for (const [key, value] of tags) {
    if (value === '') continue; // A column of another series: InfluxDB has no empty tags.
    if (key === NODE_TAG) node = unarmour(value);
    else if (key === MORE_TAG) Object.assign(labels, labelsIn(unarmour(value)));
    else labels[labelOf(unarmour(key))] = unarmour(value);
  }
  return node === undefined ? undefined : { node, labels };
}

/** Labels in JSON; none where somebody else wrote the tag. */
function labelsIn(json: string): Labels {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'object' && value !== null ? (value as Labels) : {};
  } catch {
    return {};
  }
}
