// A recorded trace through the real trend, evaluate and alert rooms, on the trace's own time.
import { join, resolve } from 'node:path';
import pino from 'pino';
import { Registry as Metrics } from 'prom-client';

const built = resolve(process.env.HEADROOM_DIST ?? 'dist', 'src');
const room = (path) => import(join(built, path));
const { Alerts } = await room('alert/index.js');
const { loadRules, needsOf } = await room('evaluate/index.js');
const { Evaluation } = await room('pipeline/index.js');
const { readTrace, TRACE_SIGNALS } = await room('replay/index.js');
const { openMemoryStore } = await room('store/index.js');
const { Registry, Rows } = await room('telemetry/index.js');
const { Trend } = await room('trend/index.js');

/** The trace's time 0. */
export const START = Date.UTC(2026, 10, 23, 5, 30);

/** Walks rows through the rooms; `onNews` gets what the alert room says, `onRow` each row once it has been looked at. */
export class Walk {
  #registry = new Registry();
  #rows = new Rows(1);
  #news = [];

  constructor({ pool }) {
    this.pool = pool;
    this.rules = loadRules('rules').rules.filter(({ id }) => id === 'MemoryBreachPredicted');
    this.trend = new Trend(this.rules.flatMap(needsOf));
    const { ledger } = openMemoryStore();
    this.alerts = new Alerts({
      ledger,
      log: pino({ level: 'warn' }),
      metrics: new Metrics(),
      portrait: (name, resource, rule, at) =>
        this.trend.portrait(this.#registry.find(name).id, resource, rule.condition.withinMs ?? 7_200_000, at),
      prepare: (news) => {
        this.#news.push(...news);
        return [];
      },
      committed: () => {},
    });
    this.evaluation = new Evaluation(this.#registry, this.trend, this.alerts, this.rules);
  }

  /** Takes one row in; gives the news that it caused. */
  async take(row) {
    const at = START + row.time * 1000;
    const node = this.#registry.intern(row.node, { pool: this.pool, version: row.version || '2026.11.2' });
    this.#rows.length = 0;
    this.#rows.add(node.id, node.labels, at);
    row.values.forEach((value, i) => {
      this.#rows.set(0, TRACE_SIGNALS[i], TRACE_SIGNALS[i] === 'start_time' ? START / 1000 + value : value);
    });
    this.trend.observe(this.#rows, this.#registry);
    this.evaluation.noteArrivals(this.#rows);
    this.evaluation.round(at);
    await this.alerts.commit();
    return this.#news.splice(0);
  }

  /** The forecast of a node now, with its picture. */
  lookAt(name, at) {
    const { id } = this.#registry.find(name);
    const [{ condition }] = this.rules;
    return {
      outlook: this.trend.outlook(id, 'rss', condition.withinMs, at) ?? undefined,
      portrait: this.trend.portrait(id, 'rss', condition.withinMs, at) ?? undefined,
    };
  }
}

/** All rows of a trace; with `copies` each node so many times, each copy `shiftS` later than the one before. */
export async function rowsOf(file, { copies = 1, shiftS = 0 } = {}) {
  const rows = [];
  for await (const row of readTrace(file)) rows.push({ ...row, values: [...row.values] });
  if (copies === 1) return rows;
  const names = [...new Set(rows.map(({ node }) => node))];
  const start = TRACE_SIGNALS.indexOf('start_time');
  return rows
    .flatMap((row) =>
      Array.from({ length: copies }, (_, copy) => ({
        ...row,
        time: row.time + copy * shiftS,
        node: `${row.node.replace(/-\d+$/, '')}-${copy * names.length + names.indexOf(row.node) + 1}`,
        values: row.values.map((value, i) => (i === start ? value + copy * shiftS : value)),
      })),
    )
    .sort((a, b) => a.time - b.time);
}

export const RSS = TRACE_SIGNALS.indexOf('rss');
