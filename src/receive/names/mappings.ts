import type { Kinds } from './kinds.js';
import type { Tags } from './names.js';
import type { Group, Identity, Metric, Where } from './schema.js';
import { makeTarget, type SumRule, type Target } from './target.js';

/** What one entry of a file makes of one metric. */
export interface Mapping {
  readonly metric: string;
  readonly where: Where;
  readonly identity: Identity;
  readonly target: Target;
  readonly about: string | undefined;
  readonly allowsPrefix: boolean;
  /** Names of the metrics in the group: who they belong to. */
  readonly protocol: 'Prometheus' | 'OTLP';
}

/** All mappings of a group, in its order. */
export function mappingsOf(
  group: Group,
  protocol: Mapping['protocol'],
  kinds: Kinds,
  isUsers: boolean,
): Mapping[] {
  return group.metrics.flatMap((entry) => {
    const { metric, signal, where, about, prefix: allowsPrefix, plus, read: how } = entry;
    const identity = entry.node ? { ...group, node: entry.node } : group;
    const source = kinds.of(signal, entry.source, metric, isUsers);
    const common = { where, identity, about, allowsPrefix, protocol };
    const make = (name: string): Mapping => ({
      ...common,
      metric: name,
      target: makeTarget(signal, { how, source, metric, sum: sumOf(entry, name) }),
    });
    return plus === undefined ? [make(metric)] : [make(metric), make(plus)];
  });
}

function sumOf(entry: Metric, name: string): SumRule | undefined {
  const { metric, signal, sumOver, sum, plus } = entry;
  const id = `${signal} ${metric}`;
  if (plus !== undefined) return { id, over: [], part: name, least: 2 };
  if (sumOver !== undefined) return { id, over: sumOver, part: '', least: 1 };
  return sum ? { id, over: undefined, part: '', least: 1 } : undefined;
}

/** Whether tags meet the conditions. */
export function matches(where: Where, tags: Tags): boolean {
  return Object.keys(where).every((tag) => meets(where[tag], tags.get(tag) ?? ''));
}

export function meets(condition: Where[string], value: string): boolean {
  if (typeof condition === 'string') return value === condition;
  if (Array.isArray(condition)) return condition.includes(value);
  return typeof condition.not === 'string' ? value !== condition.not : !condition.not.includes(value);
}

/** What tells this part of a sum from the others. */
export function partOf(rule: SumRule, tags: Tags): string {
  const over = rule.over ?? [...tags.keys()].filter((tag) => !REPLICAS.has(tag)).sort();
  return JSON.stringify([
    rule.part,
    ...over.map((tag) => (rule.over ? (tags.get(tag) ?? '') : [tag, tags.get(tag)])),
  ]);
}

/** Labels by which two servers that scrape the same target differ: not parts of a sum. */
const REPLICAS: ReadonlySet<string> = new Set(['replica', '__replica__', 'prometheus_replica', 'prometheus']);
