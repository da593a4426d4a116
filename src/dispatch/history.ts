import type { AlertNews } from '../alert/index.js';
import type { PastEpisode } from './message.js';

/** More than these say nothing new of a habit. */
const MOST_TOLD = 5;

/** The last times the rules of these alerts fired on the same nodes, or else in the same pools; the latest first. */
export function pastEpisodes(past: readonly AlertNews[], alerts: readonly AlertNews[]): PastEpisode[] {
  const rules = new Set(alerts.map(({ rule }) => rule));
  const now = new Set(alerts.map(({ id }) => id));
  const same = past.filter(
    ({ rule, id, outcome }) => rules.has(rule) && outcome !== undefined && !now.has(id),
  );
  const nodes = new Set(alerts.map(({ node }) => node));
  const pools = new Set(alerts.map(({ labels }) => labels.pool ?? ''));
  const onNodes = same.filter(({ node }) => nodes.has(node));
  const told = onNodes.length > 0 ? onNodes : same.filter(({ labels }) => pools.has(labels.pool ?? ''));
  return told
    .slice(-MOST_TOLD)
    .reverse()
    .map(({ node, firedAt, at, outcome }) => ({
      node,
      firedAt,
      endedAt: at,
      outcome: outcome ?? { result: 'ended' },
    }));
}
