import type { Logger } from 'pino';
import type { Registry as Metrics } from 'prom-client';
import { type AlertNews, Alerts, RuleRecords } from '../alert/index.js';
import { AuditLog } from '../audit/index.js';
import type { Clock } from '../clock.js';
import { Dispatcher } from '../dispatch/index.js';
import {
  type ArmedRules,
  needsOf,
  type Rule,
  RuleSet,
  type RuleText,
  watchRules,
} from '../evaluate/index.js';
import { type Notify, type NotifyOptions, openNotify } from '../notify/index.js';
import { Problem } from '../problem.js';
import { type MetricsOptions, Publisher } from '../publish/index.js';
import { openStore, type Store, type StoreOptions } from '../store/index.js';
import { formatDuration, Registry, type RegistryLimits, type Rows } from '../telemetry/index.js';
import type { Trend } from '../trend/index.js';
import { Evaluation } from './evaluation.js';
import { horizonOf } from './horizons.js';
import { Models } from './models.js';
import { OddNodes } from './odd-nodes.js';
import { People, type PeopleOptions } from './people.js';
import { armedEvent, keepArmed, lastArmed, mendedNews, refusalNews, refusedEvent } from './rules-watch.js';
import { keepSources, loadSources } from './source-records.js';

export interface PipelineOptions {
  readonly store: StoreOptions;
  readonly rules: { readonly folder: string };
  readonly notify: NotifyOptions;
  readonly people: PeopleOptions;
  readonly publish: MetricsOptions;
  readonly limits: RegistryLimits;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: Metrics;
  /** Between 0 and 1; spreads retries. */
  readonly random: () => number;
}

/** How often due nodes are looked at. With the commit it bounds the way from a sample to its message. */
const ROUND_MS = 500;
/** Without a round for so long it is as good as dead. */
const UNWELL_AFTER_MS = 30_000;
const HOUSEKEEPING_MS = 10 * 60_000;

/** A node that has sent nothing for so long is gone: its trend is dropped and its alerts end. */
const GONE_AFTER_MS = 24 * 3_600_000;

/**
 * The line, from the rows that were received to the messages that go out:
 *
 *     receive → store → trend → evaluate → alert → notify
 *
 * Opens every room and joins them. The receiving plugin is the service's; it hands its rows to `accept`.
 */
export class Pipeline {
  readonly registry: Registry;
  readonly store: Store;
  readonly rules: RuleSet;
  readonly notify: Notify;
  readonly alerts: Alerts;
  readonly records = new RuleRecords();
  readonly dispatcher: Dispatcher;
  readonly evaluation: Evaluation;
  readonly audit: AuditLog;
  readonly people: People;
  readonly publisher: Publisher;
  readonly #oddNodes: OddNodes;
  readonly #models: Models;
  #armed: readonly Rule[];
  #refusal: AlertNews | undefined;
  readonly options: PipelineOptions;
  readonly #startedAt: number;
  /** When a round last ended and was kept. */
  #roundedAt: number;
  #cancel: (() => void)[] = [];
  #rounds: Promise<void> = Promise.resolve();
  #isClosing = false;

  /** @throws Problem store-locked, store-failed, bad-rules, bad-config */
  static async open(options: PipelineOptions): Promise<Pipeline> {
    const { clock, log, metrics, random } = options;
    const store = await openStore({ options: options.store, clock, log, metrics });
    try {
      const registry = new Registry(options.limits);
      await store.history.loadRegistry(registry);
      await loadSources(store.ledger, registry, clock.now());
      const armedBefore = await lastArmed(store.ledger);
      const onNews = (news: AlertNews): void => pipeline.alerts.announce(news);
      const { ledger } = store;
      const audit = new AuditLog({ ledger, log });
      await audit.load();
      const notify = await openNotify(options.notify, { ledger, clock, log, metrics, random, onNews, audit });
      const pipeline: Pipeline = new Pipeline(options, store, registry, notify, audit, armedBefore);
      await pipeline.#start();
      return pipeline;
    } catch (error) {
      await store.close();
      throw error;
    }
  }

  private constructor(
    options: PipelineOptions,
    store: Store,
    registry: Registry,
    notify: Notify,
    audit: AuditLog,
    armedBefore: readonly RuleText[],
  ) {
    const { clock, log, metrics } = options;
    this.options = options;
    this.#startedAt = clock.now();
    this.#roundedAt = this.#startedAt;
    this.store = store;
    this.registry = registry;
    this.notify = notify;
    this.audit = audit;
    this.alerts = new Alerts({
      ledger: store.ledger,
      log,
      metrics,
      prepare: (news) => {
        const now = clock.now();
        this.publisher.take(news);
        this.dispatcher.take(news, now);
        const { messages, entries } = this.dispatcher.flush(now);
        return [...this.records.count(news), ...entries, ...notify.outbox.prepare(messages)];
      },
      committed: (entries) => {
        this.dispatcher.settled();
        audit.committed(entries);
        notify.outbox.committed(entries);
      },
      audit,
    });
    this.people = new People(options.people, options.notify.externalUrl, {
      ledger: store.ledger,
      audit,
      log,
      registry,
      alerts: this.alerts,
      channelsFor: (labels) => this.dispatcher.receiversOf(labels),
      changed: (alertIds) => this.dispatcher.hasten(alertIds, clock.now()),
    });
    this.dispatcher = new Dispatcher({
      options: options.notify,
      channels: Object.keys(options.notify.channels),
      firing: () => this.alerts.all().filter(({ phase }) => phase === 'firing'),
      find: (rule, node) => this.alerts.find(rule, node),
      past: () => this.alerts.past(),
      portrait: (news, at) => this.#portrait(news, at),
      held: this.people.held,
      links: (group, _alerts, at) => this.people.linksOf(group, at),
      log,
      metrics,
    });
    this.rules = new RuleSet({
      paths: options.rules.folder,
      lastArmed: armedBefore,
      clock,
      log,
      metrics,
      onArmed: (armed) => void this.#arm(armed),
      onRefused: (findings) => {
        this.#refusal = refusalNews(findings, clock.now());
        this.alerts.announce(this.#refusal);
        void audit
          .record(refusedEvent(this.#refusal))
          .catch((error) => log.error({ err: error }, 'audit: the refusal of rules was not recorded'));
      },
      onMended: () => {
        if (this.#refusal) this.alerts.announce(mendedNews(this.#refusal, clock.now()));
      },
    });
    this.#armed = this.rules.rules;
    this.#models = new Models(this.#armed.flatMap(needsOf), {
      history: store.history,
      registry,
      clock,
      log,
      onRefilled: (trend) => this.evaluation.arm(this.#armed, trend),
    });
    this.evaluation = new Evaluation(registry, this.trend, this.alerts, this.#armed);
    this.#oddNodes = new OddNodes(registry, metrics);
    const sink = store.forecasts;
    this.publisher = new Publisher(options, { registry, trend: () => this.trend, sink });
  }

  get trend(): Trend {
    return this.#models.trend;
  }

  get armed(): readonly Rule[] {
    return this.#armed;
  }

  /** Takes rows in: durable first, then seen by the models. @throws Problem store-busy, store-failed, shutting-down */
  async accept(rows: Rows): Promise<void> {
    if (this.#isClosing) throw new Problem('shutting-down', 'the service is stopping');
    await keepSources(this.store.ledger, this.registry);
    await this.store.history.append(rows, this.registry);
    this.#models.observe(rows);
    this.evaluation.noteArrivals(rows);
  }

  /** Why it can take no rows now; undefined while it can. */
  unready(): string | undefined {
    return this.#isClosing ? 'the service is stopping' : undefined;
  }

  /** From now on rows are refused with `shutting-down`, so that senders keep them for the next run. */
  refuse(): void {
    this.#isClosing = true;
  }

  /** Stops in the order of the line, so that nothing accepted is lost and every step taken is kept. */
  async close(): Promise<void> {
    this.refuse();
    for (const cancel of this.#cancel) cancel();
    this.#models.close();
    await this.#rounds;
    await this.notify.close();
    await this.publisher.close();
    await this.store.close();
  }

  async #start(): Promise<void> {
    const { clock, log } = this.options;
    const started = clock.now();
    const rows = await this.#models.start();
    await this.alerts.load();
    await this.people.load(started);
    await this.records.load(this.store.ledger);
    await this.dispatcher.load(this.store.ledger, started);
    log.info({ rows, nodes: this.registry.nodes.length, ms: clock.now() - started }, 'models warmed up');
    this.#retireUnarmed();
    await keepArmed(this.store.ledger, this.rules.armed.texts);
    await this.audit.record(armedEvent(this.rules.armed, 'service.started', started));
    this.#cancel.push(watchRules(this.rules, { clock, log }));
    this.#repeat(ROUND_MS, () => this.#round());
    this.notify.start({
      firing: (channel) => this.dispatcher.firingFor(channel, clock.now()),
      unwell: () => this.#unwell(),
    });
    this.#repeat(HOUSEKEEPING_MS, () => this.#keepHouse());
  }

  async #round(): Promise<void> {
    const now = this.options.clock.now();
    this.evaluation.round(now);
    this.#oddNodes.round(this.trend, now);
    this.publisher.round(now);
    await this.alerts.commit();
    await this.people.tick(now);
    this.#roundedAt = now;
  }

  /** Why it does not do its work; undefined while rounds are made and kept. */
  #unwell(): string | undefined {
    const late = this.options.clock.now() - this.#roundedAt;
    if (late > UNWELL_AFTER_MS) return `no round has ended and been kept for ${formatDuration(late)}`;
    return this.unready();
  }

  async #keepHouse(): Promise<void> {
    const { clock, store } = this.options;
    const now = clock.now();
    await this.store.history.retain(now - store.retention);
    const gone = new Set<string>();
    for (const { id, name } of this.registry.nodes) {
      // What was silent for longer than the models look back is not in them; it has been silent at least since the start.
      const lastSeen = this.trend.node(id)?.lastSeen ?? this.#startedAt;
      if (now - lastSeen < GONE_AFTER_MS) continue;
      this.trend.forget(id);
      gone.add(name);
    }
    this.alerts.retire((state) => !gone.has(state.node), 'the node has sent nothing for a day', now);
  }

  /** New rules: at once where the windows serve them, else as soon as history has filled other windows. */
  async #arm(armed: ArmedRules): Promise<void> {
    const { rules, texts } = armed;
    const { clock, log } = this.options;
    const isLatest = await this.#models.serve(rules.flatMap(needsOf));
    if (!isLatest) return;
    this.#armed = rules;
    this.evaluation.arm(rules, this.trend);
    this.#retireUnarmed();
    const record = this.audit.entry(armedEvent(armed, 'rules.armed', clock.now()));
    await keepArmed(this.store.ledger, texts, [record]).then(
      () => this.audit.committed([record]),
      (error) => log.error({ err: error }, 'the armed rules could not be kept for the next start'),
    );
  }

  #retireUnarmed(): void {
    const ids = new Set(this.#armed.map(({ id }) => id));
    const now = this.options.clock.now();
    this.alerts.retire(({ rule }) => ids.has(rule), 'the rule is armed no longer', now);
  }

  /** What a message shows of an alert's node: its memory, with the forecast of the rule that fired. */
  #portrait(news: AlertNews, at: number) {
    const [node, resource] = [this.registry.find(news.node), news.outlook?.signal];
    if (!node || !resource) return null;
    const rule = this.#armed.find(({ id }) => id === news.rule);
    const [horizon, target] =
      rule?.kind === 'forecast'
        ? [rule.condition.withinMs, rule.condition.reaches.target]
        : [horizonOf(this.#armed, resource), undefined];
    return this.trend.portrait(node.id, resource, horizon, at, target);
  }

  /** Runs a task again and again, one at a time, `ms` after it has ended. A failure is logged; the next try follows. */
  #repeat(ms: number, task: () => Promise<void>): void {
    const { clock, log } = this.options;
    const index = this.#cancel.push(() => {}) - 1;
    const next = () => {
      this.#cancel[index] = clock.after(ms, () => {
        this.#rounds = this.#rounds
          .then(task)
          .catch((error) => log.error({ err: error }, 'a round failed and will be tried again'))
          .finally(() => {
            if (!this.#isClosing) next();
          });
      });
    };
    next();
  }
}
