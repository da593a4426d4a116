import { createHash } from 'node:crypto';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import { z } from 'zod';
import type { Auditor } from '../audit/index.js';
import type { Rule, Verdict } from '../evaluate/index.js';
import { evaluate, fillSummary, type NodeView } from '../evaluate/index.js';
import type { Ledger, LedgerEntry } from '../store/index.js';
import { alertMetrics } from './metrics.js';
import type { AlertNews } from './news.js';
import { endOf, newsOf } from './news-of.js';
import { breachOf } from './outcome.js';
import {
  type AlertFacts,
  type AlertState,
  type Change,
  RESTARTED,
  type Step,
  transition,
} from './transition.js';

const STATES = 'alerts';
const PAST = 'past-alerts';

/** Resolved alerts that are kept to be looked at; the oldest go first. */
const MOST_PAST = 1000;

export interface AlertsOptions {
  readonly ledger: Ledger;
  readonly log: Logger;
  readonly metrics: Registry;
  /**
   * Turns news into ledger entries that go into the same transaction as the transitions. Asked at every commit, also
   * without news: what was put off may have fallen due.
   */
  readonly prepare: (news: readonly AlertNews[]) => readonly LedgerEntry[];
  /** Told when these entries are durable. */
  readonly committed: (entries: readonly LedgerEntry[]) => void;
  /** Records every transition, in the same append; none when left out. */
  readonly audit?: Auditor;
  /** Told of every change of an alert when it is made, before it is durable: for those who look on, such as rule tests. */
  readonly onStep?: (step: AlertStep) => void;
}

/** One change of an alert; `at` is unix ms, `reason` a sentence for people. */
export interface AlertStep {
  readonly rule: string;
  readonly node: string;
  readonly change: NonNullable<Change>;
  readonly at: number;
  readonly reason: string;
}

/** The part of a state without which it cannot be taken up again. */
const savedState = z.looseObject({
  id: z.string(),
  rule: z.string(),
  node: z.string(),
  about: z.looseObject({ kind: z.string(), severity: z.string(), labels: z.record(z.string(), z.string()) }),
  phase: z.enum(['pending', 'firing']),
  activeSince: z.number(),
  dueAt: z.number(),
  firedAt: z.number().nullable(),
  lastTrueAt: z.number(),
  seenAt: z.number(),
  reason: z.string(),
});

/**
 * The states of all alerts. `consider` steps them, `commit` makes the steps durable together with the messages that
 * they cause: what was not committed is neither sent nor remembered, and is tried again with the next commit.
 */
export class Alerts {
  readonly #options: AlertsOptions;
  readonly #states = new Map<string, AlertState>();
  readonly #past = new Map<string, AlertNews>();
  /** The same states, by node and rule: found without a key, for every rule is asked at every look at a node. */
  readonly #byNode = new Map<string, Map<string, AlertState>>();
  readonly #metrics: ReturnType<typeof alertMetrics>;
  #news: AlertNews[] = [];
  #entries = new Map<string, LedgerEntry>();
  #committing: Promise<void> = Promise.resolve();

  constructor(options: AlertsOptions) {
    this.#options = options;
    this.#metrics = alertMetrics(options.metrics, () => this.#count());
  }

  /** Takes up the states of the last run. Call once, before `consider`. */
  async load(): Promise<void> {
    const { ledger, log } = this.#options;
    for (const [key, value] of await ledger.load(STATES)) {
      const read = savedState.safeParse(value);
      if (read.success) this.#keep(key, read.data as unknown as AlertState);
      else log.error({ key }, 'alerts: a state in the ledger cannot be read and is left there');
    }
    for (const [key, value] of await ledger.load(PAST)) this.#past.set(key, value as AlertNews);
  }

  /** Evaluates a rule on a node and steps its alert. */
  consider(rule: Rule, view: NodeView): void {
    const before = this.find(rule.id, view.name);
    const verdict = evaluate(rule, view);
    if (verdict.truth !== 'true' && !before) return;
    const step = transition(before, verdict, rule, {
      rule: rule.id,
      node: view.name,
      get about() {
        return factsOf(rule, view, verdict);
      },
      at: view.at,
      lastSeen: view.lastSeen,
      processSince: view.processSince,
      endsWithProcess: verdict.resource !== undefined,
      episode: (activeSince) => episodeId(rule.id, view.name, activeSince),
    });
    this.#apply(before, step, rule, view, verdict);
  }

  /** Ends the alerts that `isKept` refuses: their rule is armed no longer, or their node is gone. */
  retire(isKept: (state: AlertState) => boolean, reason: string, at: number): void {
    for (const [key, state] of this.#states) if (!isKept(state)) this.#retire(key, state, reason, at);
  }

  /** Ends the alerts of one node whose rule is none of those that watch it now. */
  retireUnwatched(node: string, watching: readonly Rule[], at: number): void {
    for (const state of this.of(node)) {
      if (watching.some(({ id }) => id === state.rule)) continue;
      this.#retire(keyOf(state.rule, node), state, 'the rule does not watch this node any more', at);
    }
  }

  /** News that no rule on a node caused, such as of the service itself; goes out with the next commit. */
  announce(news: AlertNews): void {
    this.#record(news, news.state, news.at, news.reason);
    this.#tell(news);
  }

  /** States on this node, by rule. */
  of(node: string): AlertState[] {
    return [...(this.#byNode.get(node)?.values() ?? [])];
  }

  /** The state of a rule on a node; undefined while there is none. */
  find(rule: string, node: string): AlertState | undefined {
    return this.#byNode.get(node)?.get(rule);
  }

  /** Nodes with a pending alert that fires if its condition holds now. */
  *dueNodes(at: number): Iterable<string> {
    for (const state of this.#states.values()) {
      if (state.phase === 'pending' && at >= state.dueAt) yield state.node;
    }
  }

  all(): AlertState[] {
    return [...this.#states.values()];
  }

  /** Resolved alerts, oldest first. */
  past(): AlertNews[] {
    return [...this.#past.values()];
  }

  /**
   * Makes all steps since the last commit durable, messages included, then lets the messages go.
   * @throws Problem store-failed; the steps are kept for the next commit.
   */
  commit(): Promise<void> {
    const commit = this.#commit();
    // Whoever asked for the commit hears of a failure; who waits for its end only wants to know that it is over.
    this.#committing = commit.catch(() => {});
    return commit;
  }

  /** Resolves when no commit is under way: what is shown from then on would survive a crash. */
  settled(): Promise<void> {
    return this.#committing;
  }

  async #commit(): Promise<void> {
    const messages = this.#options.prepare(this.#news);
    if (this.#entries.size === 0 && messages.length === 0) {
      this.#news = [];
      return;
    }
    const news = this.#news;
    const facts = this.#entries;
    this.#news = [];
    this.#entries = new Map();
    try {
      await this.#options.ledger.append([...facts.values(), ...messages]);
    } catch (error) {
      this.#news = [...news, ...this.#news];
      this.#entries = new Map([...facts, ...this.#entries]);
      throw error;
    }
    this.#options.audit?.committed([...facts.values()]);
    this.#options.committed(messages);
  }

  #retire(key: string, state: AlertState, reason: string, at: number): void {
    this.#drop(key, state.rule, state.node);
    // Of a node that never came back nobody knows more than its last samples tell.
    this.#ended(state, at, reason, true);
  }

  #apply(before: AlertState | undefined, step: Step, rule: Rule, view: NodeView, verdict: Verdict) {
    const { at } = view;
    const { state, change, reason } = step;
    const key = keyOf(rule.id, view.name);
    // A new process may begin a new episode in the same step that ends the old one.
    const isReplaced = before !== undefined && state !== undefined && state.id !== before.id;
    const hasEnded = before !== undefined && view.processSince > before.seenAt;
    if (isReplaced) this.#ended(before, at, RESTARTED, hasEnded);
    if (!state) this.#drop(key, rule.id, view.name);
    else {
      const breachedAt = breachOf(state, false);
      const isNewlyBreached = breachedAt !== undefined && state.breachedAt === undefined;
      const next = isNewlyBreached ? { ...state, breachedAt } : state;
      if (change === null && !isReplaced && !isNewlyBreached) this.#keep(key, next);
      else this.#save(key, next);
    }
    if (change === null) return;
    this.#record(state ?? before, change, at, reason);
    this.#metrics.transitions.inc({ rule: rule.id, to: change });
    const isNews = change === 'firing' || change === 'resolved';
    this.#options.log[isNews ? 'info' : 'debug'](
      { rule: rule.id, node: view.name, to: change, reason },
      'alert',
    );
    const outlook = verdict.outlook ? { outlook: verdict.outlook } : {};
    if (change === 'firing' && state) {
      this.#tell({ ...newsOf(state, 'firing', at, reason), ...outlook });
    }
    if (change === 'resolved' && before) {
      this.#tell({ ...endOf(before, at, reason, hasEnded), ...outlook });
    }
  }

  /** An alert is over without a verdict that ended it: its rule, its node or its process is gone. */
  #ended(state: AlertState, at: number, reason: string, hasEnded: boolean): void {
    const isFiring = state.phase === 'firing';
    this.#record(state, isFiring ? 'resolved' : 'cancelled', at, reason);
    if (isFiring) this.#tell(endOf(state, at, reason, hasEnded));
  }

  #tell(news: AlertNews): void {
    this.#news.push(news);
    if (news.state !== 'resolved') return;
    this.#past.set(news.id, news);
    this.#entries.set(`${PAST} ${news.id}`, { collection: PAST, key: news.id, value: news });
    for (const id of this.#past.keys()) {
      if (this.#past.size <= MOST_PAST) break;
      this.#past.delete(id);
      this.#entries.set(`${PAST} ${id}`, { collection: PAST, key: id, value: null });
    }
  }

  /** Notes a transition for the audit log and for those who look on. */
  #record(
    alert: Pick<AlertState, 'id' | 'rule' | 'node'> | undefined,
    change: NonNullable<Change>,
    at: number,
    reason: string,
  ): void {
    if (!alert) return;
    const { id, rule, node } = alert;
    const { audit, onStep } = this.#options;
    onStep?.({ rule, node, change, at, reason });
    if (!audit) return;
    const entry = audit.entry({
      at,
      who: `rule ${rule}`,
      what: `alert.${change}`,
      subject: id,
      why: reason,
      details: { node, rule },
    });
    this.#entries.set(`${entry.collection} ${entry.key}`, entry);
  }

  #save(key: string, state: AlertState): void {
    this.#keep(key, state);
    this.#entries.set(`${STATES} ${key}`, { collection: STATES, key, value: state });
  }

  #keep(key: string, state: AlertState): void {
    this.#states.set(key, state);
    const states = this.#byNode.get(state.node);
    if (states) states.set(state.rule, state);
    else this.#byNode.set(state.node, new Map([[state.rule, state]]));
  }

  #drop(key: string, rule: string, node: string): void {
    this.#states.delete(key);
    this.#byNode.get(node)?.delete(rule);
    this.#entries.set(`${STATES} ${key}`, { collection: STATES, key, value: null });
  }

  #count(): { pending: number; firing: number } {
    const count = { pending: 0, firing: 0 };
    for (const { phase } of this.#states.values()) count[phase]++;
    return count;
  }
}

function factsOf(rule: Rule, view: NodeView, verdict: Verdict): AlertFacts {
  const { kind, severity, id } = rule;
  const labels = { ...view.labels, ...rule.labels };
  const facts = { node: view.name, rule: id, kind, severity, labels };
  return {
    kind,
    severity,
    labels,
    ...(rule.runbook ? { runbook: rule.runbook } : {}),
    ...(rule.summary ? { summary: fillSummary(rule.summary, facts) } : {}),
    ...(verdict.goal ? { goal: verdict.goal } : {}),
  };
}

function keyOf(rule: string, node: string): string {
  // Rules have no spaces in their names, so this is one to one.
  return `${rule} ${node}`;
}

/** The same facts give the same episode, so that a step taken twice around a crash is the same alert. */
function episodeId(rule: string, node: string, activeSince: number): string {
  return createHash('sha256')
    .update(JSON.stringify([rule, node, activeSince]))
    .digest('hex')
    .slice(0, 24);
}
