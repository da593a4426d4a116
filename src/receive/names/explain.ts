import type { Signal } from '../../telemetry/index.js';
import { nodeNameOf } from './identity.js';
import { meets } from './mappings.js';
import type { Names, Tags } from './names.js';
import type { Where } from './schema.js';
import { type Target, withUnit } from './target.js';

/** One signal that a metric becomes, and how. */
export interface Reading {
  readonly signal: Signal;
  readonly source: string;
  /** Place among the kinds of the signal's sources, 1 the best; null where they have no order. */
  readonly rank: number | null;
  readonly better: readonly string[];
  readonly factor: number;
  readonly derived: 'uptime' | 'test' | 'share' | null;
  /** Labels whose series are summed; "*": all. */
  readonly sumOver: readonly string[];
  readonly about: string | null;
}

type Nearest = (word: string, candidates: readonly string[]) => string | undefined;

export interface ExplainOptions {
  readonly unit?: string | undefined;
  readonly nearest: Nearest;
}

const MOST_NEAR = 3;

/** What becomes of a metric, and why. */
export interface Explanation {
  readonly metric: string;
  readonly becomes: readonly Reading[];
  /** Null where no label names it. */
  readonly node: string | null;
  readonly reasons: readonly string[];
  /** Known names that look like it, where it is unknown. */
  readonly near: readonly string[];
}

/**
 * What becomes of a metric with these labels: a Prometheus or OTLP name, or `measurement.field` of line protocol. Pure;
 * `unit` is what the sender's unit field has, `nearest` finds the name that a wrong one is most likely a slip of.
 */
export function explain(names: Names, metric: string, tags: Tags, options: ExplainOptions): Explanation {
  const { unit } = options;
  const entries = names.entriesOf(metric);
  const mappings = names.metricsOf(metric, tags);
  if (mappings.length > 0) {
    const node = nodeNameOf(mappings[0].identity, tags) ?? null;
    const becomes = mappings.map(({ target, about }) => readingOf(names, withUnit(target, unit), about));
    const isPrefixed = !mappings.some((mapping) => mapping.metric === metric);
    const reasons = [
      ...(isPrefixed ? [`"${mappings[0].metric}" with a prefix before it`] : []),
      ...(node === null
        ? [`no label names the node; expected one of ${mappings[0].identity.node.join(', ')}`]
        : []),
    ];
    return { metric, becomes, node, reasons, near: [] };
  }
  if (entries.length > 0) {
    const reasons = entries.flatMap(({ where, target }) =>
      failed(where, tags).map((why) => `not ${target.signal}: ${why}`),
    );
    return { metric, becomes: [], node: null, reasons, near: [] };
  }
  return (
    explainTrap(names, metric) ?? explainField(names, metric, tags) ?? unknown(names, metric, options.nearest)
  );
}

/** Every metric and field that is known, with its signal. */
export function knownNames(names: Names): { metric: string; signal: Signal; source: string; from: string }[] {
  const fields = names.tables.flatMap(({ table, shape }) =>
    [...shape.fields.values()].flatMap((target) =>
      target?.metric.startsWith(`${table.measurement}.`)
        ? [
            {
              metric: target.metric,
              signal: target.signal,
              source: target.source.kind,
              from: 'line protocol',
            },
          ]
        : [],
    ),
  );
  const metrics = names.mappings.map(({ metric, target, protocol }) => {
    return { metric, signal: target.signal, source: target.source.kind, from: protocol };
  });
  return [...metrics, ...fields];
}

function explainTrap(names: Names, metric: string): Explanation | undefined {
  const reason = names.traps.get(metric);
  if (reason === undefined) return undefined;
  return { metric, becomes: [], node: null, reasons: [`a trap: ${reason}`], near: [] };
}

function explainField(names: Names, metric: string, tags: Tags): Explanation | undefined {
  for (let dot = metric.indexOf('.'); dot !== -1; dot = metric.indexOf('.', dot + 1)) {
    const [measurement, field] = [metric.slice(0, dot), metric.slice(dot + 1)];
    const tables = names.tablesOf(measurement);
    if (tables.length === 0 && names.shapeOf(measurement, tags).fields.get(field) === undefined) continue;
    const failing = tables.length > 0 && tables.every(({ where }) => failed(where, tags).length > 0);
    const shape = names.shapeOf(measurement, tags);
    const target = shape.fields.get(field);
    if (target && !failing) {
      const node = nodeNameOf(shape.identity, tags) ?? null;
      const reasons = node === null ? ['no tag names the node; expected node or host'] : [];
      return { metric, becomes: [readingOf(names, target, undefined)], node, reasons, near: [] };
    }
    const trap = tables.map(({ table }) => table.traps[field]).find((reason) => reason !== undefined);
    if (trap !== undefined)
      return { metric, becomes: [], node: null, reasons: [`a trap: ${trap}`], near: [] };
    if (failing)
      return {
        metric,
        becomes: [],
        node: null,
        reasons: tables.flatMap(({ where }) => failed(where, tags)),
        near: [],
      };
  }
  return undefined;
}

function unknown(names: Names, metric: string, nearest: Nearest): Explanation {
  const left = new Set([...knownNames(names).map((each) => each.metric), ...names.traps.keys()]);
  const near: string[] = [];
  while (near.length < MOST_NEAR) {
    const found = nearest(metric, [...left]);
    if (found === undefined) break;
    near.push(found);
    left.delete(found);
  }
  return { metric, becomes: [], node: null, reasons: ['unknown: it is counted as ignored'], near };
}

function readingOf(names: Names, target: Target, about: string | undefined): Reading {
  const { signal, source, how, sum } = target;
  const order = names.kinds.orderOf(signal);
  const place = order.indexOf(source.kind);
  const isTest = how.equals !== undefined || how.above !== undefined || how.between !== undefined;
  return {
    signal,
    source: source.kind,
    rank: place === -1 ? null : place + 1,
    better: order.slice(0, Math.max(0, place)),
    factor: target.multiply / target.divide,
    derived: how.as === 'uptime' ? 'uptime' : isTest ? 'test' : how.times ? 'share' : null,
    sumOver: sum ? (sum.over ?? ['*']) : [],
    about: about ?? null,
  };
}

/** The conditions that the labels do not meet, each with what was found. */
function failed(where: Where, tags: Tags): string[] {
  return Object.entries(where)
    .filter(([tag, condition]) => !meets(condition, tags.get(tag) ?? ''))
    .map(([tag, condition]) => {
      const found = tags.has(tag) ? `"${tags.get(tag)}"` : 'no such label';
      return `label ${tag}: found ${found}, expected ${expectedOf(condition)}`;
    });
}

function expectedOf(condition: Where[string]): string {
  if (condition === '') return 'none';
  if (typeof condition === 'string') return `"${condition}"`;
  if (Array.isArray(condition)) return `one of ${condition.join(', ')}`;
  const unwanted = [condition.not].flat();
  return `one other than ${unwanted.map((each) => (each === '' ? 'none' : `"${each}"`)).join(', ')}`;
}
