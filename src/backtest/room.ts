import pino from 'pino';
import { Registry as Metrics } from 'prom-client';
import { type AlertNews, Alerts } from '../alert/index.js';
import { needsOf, type Rule } from '../evaluate/index.js';
import { Evaluation } from '../pipeline/index.js';
import type { Ledger } from '../store/index.js';
import type { NodeRecord, Registry, Rows } from '../telemetry/index.js';
import { Trend } from '../trend/index.js';
import { PatientTrend } from './patient-trend.js';

/** Nothing of a backtest outlives it, so that its alerts need not be kept. */
const NO_LEDGER: Ledger = { append: async () => {}, load: async () => new Map() };

export type OnNews = (set: number, news: AlertNews) => void;

interface ArmedSet {
  readonly index: number;
  readonly rules: readonly Rule[];
}

interface Armed {
  readonly alerts: Alerts;
  readonly evaluation: Evaluation;
}

/** A trend room and the rule sets that are armed on it. */
export class Room {
  readonly trend: Trend;
  readonly #armed: readonly Armed[];

  constructor(sets: readonly ArmedSet[], registry: Registry, isPatient: boolean, onNews: OnNews) {
    const needs = sets[0].rules.flatMap(needsOf);
    const rules = sets.flatMap((set) => set.rules);
    this.trend = isPatient ? new PatientTrend(needs, rules) : new Trend(needs);
    this.#armed = sets.map(({ index, rules }) => {
      const alerts = new Alerts({
        ledger: NO_LEDGER,
        log: pino({ level: 'silent' }),
        metrics: new Metrics(),
        prepare: (news) => {
          for (const item of news) onNews(index, item);
          return [];
        },
        committed: () => {},
      });
      return { alerts, evaluation: new Evaluation(registry, this.trend, alerts, rules) };
    });
  }

  /** Takes one row, and lets every rule look at its node. */
  take(row: Rows, registry: Registry, node: NodeRecord, at: number): void {
    this.trend.observe(row, registry);
    for (const { evaluation } of this.#armed) evaluation.lookAt(node, at);
  }

  /** Looks at what falls due without a sample, and tells the news up to now. */
  async round(at: number): Promise<void> {
    for (const { alerts, evaluation } of this.#armed) {
      evaluation.round(at);
      await alerts.commit();
    }
  }

  /** The node has sent nothing for so long that it is gone, as the service has it. */
  async forget(node: NodeRecord, at: number): Promise<void> {
    this.trend.forget(node.id);
    for (const { alerts } of this.#armed) {
      alerts.retire((state) => state.node !== node.name, 'the node has sent nothing for a day', at);
      await alerts.commit();
    }
  }
}

/**
 * Rule sets that ask the trend room the same questions share one: their alerts differ by thresholds and times only,
 * which the room does not know of. Others have one each, as each would in a service.
 */
export function openRooms(
  sets: readonly (readonly Rule[])[],
  registry: Registry,
  isPatient: boolean,
  onNews: OnNews,
): Room[] {
  const groups = new Map<string, ArmedSet[]>();
  for (const [index, rules] of sets.entries()) {
    const key = questionsOf(rules);
    groups.set(key, [...(groups.get(key) ?? []), { index, rules }]);
  }
  return [...groups.values()].map((group) => new Room(group, registry, isPatient, onNews));
}

/** What a set asks of which nodes: kinds and stretches of time in order, without what they are compared with. */
function questionsOf(rules: readonly Rule[]): string {
  return JSON.stringify(
    rules.map((rule) => {
      const {
        probability: _,
        atLeast: __,
        pauseShare: ___,
        rising: ____,
        ...asked
      } = rule.condition as Record<string, unknown>;
      const soon = asked.soon === undefined ? {} : { soon: null };
      return [rule.kind, rule.nodes, { ...asked, ...soon }];
    }),
  );
}
