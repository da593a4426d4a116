import pino from 'pino';
import { Registry as Metrics } from 'prom-client';
import { type AlertNews, Alerts } from '../../alert/index.js';
import { Dispatcher } from '../../dispatch/index.js';
import { evaluate, matches, needsOf, type Rule } from '../../evaluate/index.js';
import { notifyOptions, PageWriter } from '../../notify/index.js';
import { Evaluation } from '../../pipeline/index.js';
import { type LedgerEntry, openMemoryStore } from '../../store/index.js';
import { Registry, Rows } from '../../telemetry/index.js';
import { Trend } from '../../trend/index.js';
import type { Sample } from '../input/samples.js';
import { Observed, type Said } from './observed.js';
import { TEST_BEGIN_MS } from './times.js';

/** A test wants to see what a rule says when it says it: nothing waits for company, and no rule holds back another. */
const AT_ONCE = notifyOptions.parse({ route: { group_wait: '0s', group_interval: '1s' }, inhibit_rules: [] });

/** The rooms of the service from the trend on, up to the words of its messages; nothing is sent or stored. */
export class LiveRooms {
  readonly observed: Observed;
  readonly #registry = new Registry({
    nodes: Number.POSITIVE_INFINITY,
    labelsPerNode: Number.POSITIVE_INFINITY,
  });
  readonly #trend: Trend;
  readonly #alerts: Alerts;
  readonly #dispatcher: Dispatcher;
  /** Of the round that is made, unix ms. */
  #now = TEST_BEGIN_MS;
  readonly #evaluation: Evaluation;
  readonly #row = new Rows(1);
  readonly #writer: PageWriter;

  constructor(rules: readonly Rule[]) {
    this.observed = new Observed(rules);
    const log = pino({ level: 'silent' });
    this.#writer = new PageWriter({
      timeZone: 'UTC',
      externalUrl: undefined,
      renderPng: () => Promise.reject(new Error('rule tests read words only')),
      log,
    });
    this.#trend = new Trend(rules.flatMap(needsOf));
    this.#alerts = new Alerts({
      ledger: openMemoryStore().ledger,
      log,
      metrics: new Metrics(),
      prepare: (news) => this.#note(news),
      committed: () => this.#dispatcher.settled(),
      onStep: (step) => this.observed.steps.push({ ...step, at: step.at - TEST_BEGIN_MS }),
    });
    this.#dispatcher = new Dispatcher({
      options: AT_ONCE,
      channels: ['test'],
      firing: () => this.#alerts.all().filter(({ phase }) => phase === 'firing'),
      find: (rule, node) => this.#alerts.find(rule, node),
      past: () => this.#alerts.past(),
      portrait: () => null,
      held: { silencedBy: () => [], ackOf: () => undefined, worsened: () => [] },
      links: () => ({}),
      log,
      metrics: new Metrics(),
    });
    this.#evaluation = new Evaluation(this.#registry, this.#trend, this.#alerts, rules);
  }

  /** Takes a sample in, as the receiving room would hand it over. */
  take({ at, node, labels, values }: Sample): void {
    const record = this.#registry.intern(node, labels);
    this.#row.length = 0;
    this.#row.add(record.id, record.labels, TEST_BEGIN_MS + at);
    for (const [signal, value] of values)
      this.#row.set(0, signal, signal === 'start_time' ? value + TEST_BEGIN_MS / 1000 : value);
    this.#trend.observe(this.#row, this.#registry);
    this.#evaluation.noteArrivals(this.#row);
  }

  async round(at: number): Promise<void> {
    this.#now = TEST_BEGIN_MS + at;
    this.#evaluation.round(this.#now);
    await this.#alerts.commit();
  }

  /** What a rule says of a node now; undefined while the node is not known. */
  ask(rule: Rule, node: string, at: number): Said | undefined {
    const record = this.#registry.find(node);
    const view = record && this.#evaluation.view(record, TEST_BEGIN_MS + at);
    if (!view) return undefined;
    if (!matches(rule, view.labels, view.name))
      return { at, truth: 'unknown', reason: `the rule does not watch ${node}`, outlook: undefined };
    const { truth, reason, outlook } = evaluate(rule, view);
    return { at, truth, reason, outlook };
  }

  #note(news: readonly AlertNews[]): readonly LedgerEntry[] {
    this.#dispatcher.take(news, this.#now);
    const { messages, entries } = this.#dispatcher.flush(this.#now);
    for (const message of messages) {
      const words = this.#writer.words(message, message.createdAt);
      this.observed.sent.push({ at: message.createdAt - TEST_BEGIN_MS, message, words });
    }
    return entries;
  }
}
