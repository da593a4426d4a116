import type { Rule } from '../evaluate/index.js';
import type { Breach, Episode } from './contract.js';
import { EARLY_HORIZONS, isJudged, TRUE_HORIZONS } from './definitions.js';
import { NEAR_SHARE } from './near-limit.js';

/**
 * What an alert was worth. Forecasts of a limit: `caught` (the breach came, and in time to act), `late`, `early` (it came
 * later than foretold), `false`, or `undecided`. Other rules: `followed` by a breach of the same process, or `not followed`.
 */
export type Verdict = 'caught' | 'late' | 'early' | 'false' | 'undecided' | 'followed' | 'not followed';

export interface Judged {
  readonly verdict: Verdict;
  /** From the alert to the breach, ms; null without one. */
  readonly leadMs: number | null;
  /** Of an undecided one, why; else empty. */
  readonly why: string;
}

/** One alert with its verdict. */
export type JudgedEpisode = Episode & Judged;

export type BreachVerdict = 'caught' | 'late' | 'missed' | 'out of reach';

/** Breaches by the process that met its limit. */
export type BreachIndex = ReadonlyMap<string, Breach>;

export function processKey({ world, node, since }: Pick<Episode, 'world' | 'node' | 'since'>): string {
  return JSON.stringify([world, node, since]);
}

/** Judges one alert of a rule. `end` is the end of the history, `leadMs` the least time in which one can act. */
export function judgeEpisode(
  episode: Episode,
  rule: Rule,
  breaches: BreachIndex,
  leadMs: number,
  end: number,
): Judged {
  const breach = breaches.get(processKey(episode));
  const lead = breach ? breach.at - episode.firedAt : null;
  if (!isJudged(rule)) {
    const verdict = lead !== null && lead >= 0 ? 'followed' : 'not followed';
    return { verdict, leadMs: lead, why: '' };
  }
  const horizon = rule.condition.withinMs;
  if (lead !== null && lead <= EARLY_HORIZONS * horizon) {
    const verdict = lead < leadMs ? 'late' : lead <= TRUE_HORIZONS * horizon ? 'caught' : 'early';
    return { verdict, leadMs: lead, why: '' };
  }
  const why = whyUndecided(episode, episode.firedAt + horizon, end);
  return { verdict: why === '' ? 'false' : 'undecided', leadMs: null, why };
}

function whyUndecided({ endedAt, endedBy, peakShare }: Episode, deadline: number, end: number): string {
  if (peakShare >= NEAR_SHARE) return 'use came within 10 % of the limit';
  if (endedAt !== null && endedAt < deadline) {
    if (endedBy === 'silence') return 'the node fell silent first';
    return endedBy === 'version' ? 'a new version came first' : 'the process was restarted first';
  }
  return end < deadline ? 'the history ends first' : '';
}

/**
 * What the alerts made of a breach: the best of those that announced it. A process that was not watched for the time
 * that it takes to act was out of reach.
 */
export function judgeBreach(
  breach: Breach,
  alerts: readonly JudgedEpisode[],
  leadMs: number,
): { readonly verdict: BreachVerdict; readonly leadMs: number | null } {
  const inTime = alerts.filter(({ verdict }) => verdict === 'caught' || verdict === 'early');
  const leads = inTime.map(({ leadMs: lead }) => lead ?? 0);
  if (leads.length > 0) return { verdict: 'caught', leadMs: Math.max(...leads) };
  const late = alerts.filter(({ verdict, leadMs: lead }) => verdict === 'late' && (lead ?? -1) >= 0);
  if (late.length > 0)
    return { verdict: 'late', leadMs: Math.max(...late.map(({ leadMs: lead }) => lead ?? 0)) };
  return { verdict: breach.at - breach.since < leadMs ? 'out of reach' : 'missed', leadMs: null };
}
