import type { AlertShape } from '../../serve/shapes.js';

/** One matcher that an alert satisfies, as Alertmanager writes it. */
export function matcherOf(name: string, value: string): string {
  return `${name}=${JSON.stringify(value)}`;
}

export interface Reach {
  readonly name: string;
  readonly matchers: readonly string[];
}

/** How far a silence that is begun from an alert may reach, the narrowest first. */
export function reachesOf({ rule, node, labels }: AlertShape): readonly Reach[] {
  const ofRule = matcherOf('alertname', rule);
  const reaches: Reach[] = [];
  if (node !== '') {
    const ofNode = matcherOf('node', node);
    reaches.push({ name: 'this alert', matchers: [ofRule, ofNode] });
    reaches.push({ name: 'everything of this node', matchers: [ofNode] });
  }
  const { pool } = labels;
  if (pool) {
    const ofPool = matcherOf('pool', pool);
    reaches.push({ name: 'this alert in the whole pool', matchers: [ofRule, ofPool] });
    reaches.push({ name: 'everything of the pool', matchers: [ofPool] });
  }
  reaches.push({ name: 'this alert everywhere', matchers: [ofRule] });
  return reaches;
}
