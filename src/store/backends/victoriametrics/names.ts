import { SIGNALS } from '../../../telemetry/index.js';
import type { VictoriaClient } from './client.js';
import { seconds } from './reader.js';
import { type Identity, identityOf, NODE_LABEL, selector } from './series.js';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** Rows may be stamped a little ahead of our clock. */
const AHEAD_MS = 10 * MINUTE_MS;
/** How far to look back, stage by stage: nodes that report are found at once, and only the others looked for further. */
const LOOKBACKS_MS = [20 * MINUTE_MS, DAY_MS, 8 * DAY_MS, 40 * DAY_MS, 400 * DAY_MS, 36_500 * DAY_MS];
const NODES_PER_QUERY = 100;

interface Found {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: readonly [number, string];
}

/**
 * Every node that the server knows, with the labels of its newest sample, by name. The series API would answer with at
 * most 30,000 series (-search.maxSeries) and without times, so each node's newest sample is asked for.
 * @throws Problem store-failed
 */
export async function readNames(client: VictoriaClient, now: number): Promise<Identity[]> {
  const missing = new Set(
    await client.query<string[]>(`/api/v1/label/${NODE_LABEL}/values`, {
      'match[]': selector(SIGNALS),
      start: '0',
      end: seconds(now + 36_500 * DAY_MS),
    }),
  );
  const newest = new Map<string, { readonly identity: Identity; readonly at: number }>();
  for (const [stage, lookback] of LOOKBACKS_MS.entries()) {
    const isFirst = stage === 0;
    const groups = isFirst ? [undefined] : inGroups([...missing]);
    for (const nodes of groups) {
      // The widest look reaches as far ahead, too: nothing else would find a node whose clock is wrong.
      const ahead = stage === LOOKBACKS_MS.length - 1 ? lookback : AHEAD_MS;
      const found = await client.query<{ result: readonly Found[] }>('/api/v1/query', {
        query: `max(tlast_over_time(${selector(SIGNALS, nodes)}[${lookback + ahead}ms])) without (__name__)`,
        time: seconds(now + ahead),
        nocache: '1',
      });
      for (const { metric, value } of found.result) {
        const identity = identityOf(metric);
        if (!identity) continue;
        const at = Number(value[1]);
        if (at >= (newest.get(identity.name)?.at ?? 0)) newest.set(identity.name, { identity, at });
        missing.delete(metric[NODE_LABEL]);
      }
    }
    if (missing.size === 0) break;
  }
  return [...newest.values()].map(({ identity }) => identity).sort((a, b) => (a.name < b.name ? -1 : 1));
}

function inGroups(names: readonly string[]): string[][] {
  const count = Math.ceil(names.length / NODES_PER_QUERY);
  return Array.from({ length: count }, (_, i) => names.slice(i * NODES_PER_QUERY, (i + 1) * NODES_PER_QUERY));
}
