import { z } from 'zod';
import type { Rule } from '../../evaluate/index.js';
import { Problem } from '../../problem.js';
import { isNoLimit, isSignal, Registry, Rows, SIGNAL_FACTS, type Signal } from '../../telemetry/index.js';
import type { History, KnownNode, Said } from '../history.js';
import { Survey } from '../survey.js';

export interface ServiceAddress {
  readonly url: string;
  readonly token: string | undefined;
}

/** The history of so many nodes of a pool is read; what is known of all is enough for the other checks. */
const NODES_A_POOL = 3;
const NODES_AT_MOST = 24;
/** How far back it is read. */
const SPAN_MS = 24 * 3_600_000;
const PATIENCE_MS = 30_000;

const nodesAnswer = z.object({
  nodes: z.array(
    z.object({
      node: z.string(),
      labels: z.record(z.string(), z.string()),
      last_seen: z.number().nullable(),
      interval_ms: z.number().nullable(),
      latest: z.record(z.string(), z.number()),
    }),
  ),
});
type NodeAnswer = z.infer<typeof nodesAnswer>['nodes'][number];

const samplesAnswer = z.object({ samples: z.array(z.tuple([z.number(), z.number()])) });

/**
 * What a running service knows, asked for over its API: all nodes, and the last day of a few of each pool.
 * @throws Problem bad-option when it does not answer as Headroom does.
 */
export async function historyOfService(
  address: ServiceAddress,
  rules: readonly Rule[],
  onNode: () => void = () => undefined,
): Promise<History> {
  const { nodes: answered } = await ask(address, '/api/v1/nodes', nodesAnswer);
  const known = new Map(answered.map((node) => [node.node, nodeOfAnswer(node)]));
  const said = new Map<string, Said>();
  for (const node of chosen(answered)) {
    const survey = await surveyNode(address, node, rules);
    for (const seen of survey.nodes) {
      const { labels, signals, highest } = known.get(seen.name) ?? seen;
      const both = new Map([...highest, ...seen.highest]);
      known.set(seen.name, {
        ...seen,
        labels,
        signals: new Set([...signals, ...seen.signals]),
        highest: both,
      });
    }
    for (const [rule, more] of survey.said) {
      const before = said.get(rule) ?? { breaches: 0, highest: null };
      const highest = more.highest === null ? before.highest : Math.max(before.highest ?? 0, more.highest);
      said.set(rule, { breaches: before.breaches + more.breaches, highest });
    }
    onNode();
  }
  return { name: address.url, nodes: [...known.values()], labels: null, said };
}

/** A few nodes of each pool, spread over as many pools as there is room for. */
function chosen(nodes: readonly NodeAnswer[]): NodeAnswer[] {
  const taken = new Map<string, number>();
  const few = nodes.filter(({ labels: { pool = '' } }) => {
    const count = taken.get(pool) ?? 0;
    taken.set(pool, count + 1);
    return count < NODES_A_POOL;
  });
  return few.slice(0, NODES_AT_MOST);
}

function nodeOfAnswer({ node, labels, interval_ms, latest }: NodeAnswer): KnownNode {
  const highest = new Map<Signal, number>();
  for (const [signal, value] of Object.entries(latest)) {
    const isNone = isSignal(signal) && SIGNAL_FACTS[signal].kind === 'limit' && isNoLimit(value);
    if (isSignal(signal) && !isNone) highest.set(signal, value);
  }
  const unknown = { gcEveryMs: null, majorGcEveryMs: null, spanMs: 0 };
  return {
    name: node,
    labels,
    signals: new Set(highest.keys()),
    highest,
    intervalMs: interval_ms,
    ...unknown,
  };
}

async function surveyNode(address: ServiceAddress, node: NodeAnswer, rules: readonly Rule[]) {
  const survey = new Survey(rules);
  const registry = new Registry();
  const record = registry.intern(node.node, node.labels);
  const rows = new Map<number, Map<Signal, number>>();
  const to = (node.last_seen ?? 0) + 1;
  for (const signal of Object.keys(node.latest).filter(isSignal)) {
    const query = new URLSearchParams({ signal, from: String(Math.max(0, to - SPAN_MS)), to: String(to) });
    const path = `/api/v1/nodes/${encodeURIComponent(node.node)}/samples?${query}`;
    const { samples } = await ask(address, path, samplesAnswer);
    for (const [time, value] of samples) {
      const row = rows.get(time) ?? new Map<Signal, number>();
      rows.set(time, row.set(signal, value));
    }
  }
  const into = new Rows(1);
  for (const [time, values] of [...rows].sort(([a], [b]) => a - b)) {
    into.length = 0;
    into.add(record.id, record.labels, time);
    for (const [signal, value] of values) into.set(0, signal, value);
    survey.take(into, registry);
  }
  return survey.finish();
}

async function ask<Schema extends z.ZodType>(
  { url, token }: ServiceAddress,
  path: string,
  schema: Schema,
): Promise<z.output<Schema>> {
  const fail = (found: string, cure: string, cause?: unknown): Problem =>
    new Problem('bad-option', `${url} ${found}`, { cure, cause });
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const response = await fetch(new URL(path, url), {
    headers,
    signal: AbortSignal.timeout(PATIENCE_MS),
  }).catch((error: unknown) => {
    const why =
      error instanceof Error ? String((error.cause as Error | undefined)?.message ?? error.message) : '';
    throw fail(`does not answer: ${why}`, 'Start the service, or correct --service.', error);
  });
  if (response.status === 401 || response.status === 403)
    throw fail(`answered ${response.status}`, 'Give a token of people.tokens with --token.');
  const body: unknown = response.ok ? await response.json().catch(() => undefined) : undefined;
  const read = schema.safeParse(body);
  if (read.success) return read.data;
  throw fail(
    `answered ${response.status} to GET ${path.split('?')[0]}, not as Headroom does`,
    'Name the address at which `headroom serve` listens.',
  );
}
