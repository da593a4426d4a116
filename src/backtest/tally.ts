import { quantile } from 'simple-statistics';
import { matches, type Rule } from '../evaluate/index.js';
import type { Breach, Episode } from './contract.js';
import { isJudged } from './definitions.js';
import {
  type BreachVerdict,
  type JudgedEpisode,
  judgeBreach,
  judgeEpisode,
  processKey,
  type Verdict,
} from './judge.js';

/** Figures of one rule. Times in ms; leads are null where nothing was caught. */
export interface RuleTally {
  readonly rule: string;
  readonly kind: Rule['kind'];
  readonly severity: string;
  /** Whether its alerts are forecasts of a limit, which come true or not. */
  readonly isJudged: boolean;
  readonly alerts: number;
  readonly nodes: number;
  readonly perWeek: number;
  readonly verdicts: Readonly<Record<Verdict, number>>;
  /** Breaches of its limit on nodes that it watches, by what its alerts made of them; null where it is not judged. */
  readonly breaches: Readonly<Record<BreachVerdict, number>> | null;
  readonly leadMedianMs: number | null;
  /** One breach in ten was announced later than this. */
  readonly leadP10Ms: number | null;
}

/** A breach as all paging forecasts together saw it. */
export interface BreachSeen {
  /** Index into the breaches of the result. */
  readonly breach: number;
  readonly verdict: BreachVerdict;
  readonly leadMs: number | null;
}

/** What one set of rules would have done. */
export interface SetOutcome {
  readonly rules: readonly RuleTally[];
  /** In time order within their world. */
  readonly alerts: readonly JudgedEpisode[];
  readonly breaches: readonly BreachSeen[];
  readonly totals: {
    /** Alerts of severity `page`. */
    readonly pages: number;
    readonly pagesPerWeek: number;
    readonly caught: number;
    readonly late: number;
    readonly missed: number;
    readonly outOfReach: number;
    /** Alerts of paging forecasts that proved false. */
    readonly falseAlarms: number;
    readonly leadMedianMs: number | null;
    readonly leadP10Ms: number | null;
  };
}

const WEEK_MS = 7 * 24 * 3_600_000;
const VERDICTS: readonly Verdict[] = [
  'caught',
  'late',
  'early',
  'false',
  'undecided',
  'followed',
  'not followed',
];
const BREACH_VERDICTS: readonly BreachVerdict[] = ['caught', 'late', 'missed', 'out of reach'];

export interface Setting {
  readonly breaches: readonly Breach[];
  readonly leadMs: number;
  readonly spanMs: number;
  /** End of the history of each world. */
  readonly ends: ReadonlyMap<string, number>;
}

/** Judges all alerts of a set, and all breaches by them. */
export function tallySet(rules: readonly Rule[], episodes: readonly Episode[], setting: Setting): SetOutcome {
  const { breaches, leadMs, ends } = setting;
  const index = new Map(breaches.map((breach) => [processKey(breach), breach]));
  const byId = new Map(rules.map((rule) => [rule.id, rule]));
  const alerts = episodes.flatMap((episode): JudgedEpisode[] => {
    const rule = byId.get(episode.rule);
    const end = ends.get(episode.world) ?? Number.POSITIVE_INFINITY;
    return rule ? [{ ...episode, ...judgeEpisode(episode, rule, index, leadMs, end) }] : [];
  });
  const paging = rules.filter((rule) => isJudged(rule) && rule.severity === 'page');
  // A set without pages is judged by the forecasts that it has.
  const watching = paging.length > 0 ? paging : rules.filter(isJudged);
  const seen = judgeBreaches(breaches, alerts, watching, leadMs);
  const leads = seen.flatMap(({ verdict, leadMs: lead }) =>
    verdict === 'caught' && lead !== null ? [lead] : [],
  );
  const count = (wanted: BreachVerdict): number => seen.filter(({ verdict }) => verdict === wanted).length;
  const pages = alerts.filter(({ rule }) => byId.get(rule)?.severity === 'page');
  const watchingIds = new Set(watching.map(({ id }) => id));
  return {
    rules: rules.map((rule) => tallyRule(rule, alerts, setting)),
    alerts,
    breaches: seen,
    totals: {
      pages: pages.length,
      pagesPerWeek: (pages.length * WEEK_MS) / setting.spanMs,
      caught: count('caught'),
      late: count('late'),
      missed: count('missed'),
      outOfReach: count('out of reach'),
      falseAlarms: alerts.filter(({ rule, verdict }) => verdict === 'false' && watchingIds.has(rule)).length,
      ...leadsOf(leads),
    },
  };
}

function tallyRule(rule: Rule, all: readonly JudgedEpisode[], setting: Setting): RuleTally {
  const alerts = all.filter((alert) => alert.rule === rule.id);
  const concerned = isJudged(rule)
    ? setting.breaches.filter(
        ({ signal, labels, node }) => signal === rule.condition.of && matches(rule, labels, node),
      )
    : [];
  const seen = judgeBreaches(concerned, alerts, [rule], setting.leadMs);
  const leads = seen.flatMap(({ verdict, leadMs }) =>
    verdict === 'caught' && leadMs !== null ? [leadMs] : [],
  );
  return {
    rule: rule.id,
    kind: rule.kind,
    severity: rule.severity,
    isJudged: isJudged(rule),
    alerts: alerts.length,
    nodes: new Set(alerts.map(({ world, node }) => JSON.stringify([world, node]))).size,
    perWeek: (alerts.length * WEEK_MS) / setting.spanMs,
    verdicts: countBy(VERDICTS, alerts),
    breaches: isJudged(rule) ? countBy(BREACH_VERDICTS, seen) : null,
    ...leadsOf(leads),
  };
}

function judgeBreaches(
  breaches: readonly Breach[],
  alerts: readonly JudgedEpisode[],
  rules: readonly Rule[],
  leadMs: number,
): BreachSeen[] {
  const ids = new Set(rules.map(({ id }) => id));
  const byProcess = new Map<string, JudgedEpisode[]>();
  for (const alert of alerts) {
    if (!ids.has(alert.rule)) continue;
    const key = processKey(alert);
    byProcess.set(key, [...(byProcess.get(key) ?? []), alert]);
  }
  return breaches.map((breach, index) => ({
    breach: index,
    ...judgeBreach(breach, byProcess.get(processKey(breach)) ?? [], leadMs),
  }));
}

function countBy<V extends string>(
  verdicts: readonly V[],
  judged: readonly { readonly verdict: V }[],
): Record<V, number> {
  const counts = Object.fromEntries(verdicts.map((verdict) => [verdict, 0])) as Record<V, number>;
  for (const { verdict } of judged) counts[verdict]++;
  return counts;
}

function leadsOf(leads: readonly number[]): { leadMedianMs: number | null; leadP10Ms: number | null } {
  if (leads.length === 0) return { leadMedianMs: null, leadP10Ms: null };
  return { leadMedianMs: quantile([...leads], 0.5), leadP10Ms: quantile([...leads], 0.1) };
}
