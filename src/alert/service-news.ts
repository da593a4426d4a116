import { createHash } from 'node:crypto';
import type { AlertNews } from './news.js';

/**
 * News of the service itself that begins at `at`, unix ms: an alert without a rule file, told on the way of all others. `about` is
 * what makes it this one and no other; the same gives the same id.
 */
export function serviceNews(
  facts: Pick<AlertNews, 'rule' | 'severity' | 'labels' | 'reason' | 'at'>,
  about: readonly unknown[],
): AlertNews {
  const { at } = facts;
  const id = createHash('sha256').update(JSON.stringify(about)).digest('hex').slice(0, 24);
  return { ...facts, id, kind: 'service', node: 'headroom', state: 'firing', activeSince: at, firedAt: at };
}
