import type { BacktestResult, JudgedEpisode, RuleTally } from '../../backtest/index.js';
import type { ComparisonShape, PastAlertShape, TallyShape } from './shapes.js';

/** Alerts of each set that are listed; all are counted. */
const MOST_ALERTS = 1000;
const MOST_BREACHES = 1000;

/** What a backtest found of the edited rules against the armed ones, as it is answered. */
export function comparisonOf(result: BacktestResult): ComparisonShape {
  const { from, to, stepMs, nodes, rows, leadMs, notes, outcome, before, difference, breaches } = result;
  const [armed, edited] = [before?.alerts ?? [], outcome.alerts];
  const listed = Math.min(armed.length, MOST_ALERTS) + Math.min(edited.length, MOST_ALERTS);
  return {
    from,
    to,
    step_ms: stepMs,
    nodes,
    rows,
    lead_ms: leadMs,
    // The first says what in time means: the page has it among its definitions; the step is told by the page, too.
    notes: notes.slice(2),
    rules: (difference?.rules ?? []).map((each) => ({
      rule: each.rule,
      change: each.change,
      fields: [...each.fields],
      armed: each.before && tallyOf(each.before),
      edited: each.after && tallyOf(each.after),
    })),
    armed: armed.slice(0, MOST_ALERTS).map(alertOf),
    edited: edited.slice(0, MOST_ALERTS).map(alertOf),
    left_out: armed.length + edited.length - listed,
    breaches: breaches.slice(0, MOST_BREACHES).map(({ node, at, signal }) => ({ node, at, signal })),
  };
}

function tallyOf(tally: RuleTally): TallyShape {
  return {
    severity: tally.severity,
    is_judged: tally.isJudged,
    alerts: tally.alerts,
    nodes: tally.nodes,
    per_week: tally.perWeek,
    verdicts: tally.verdicts,
    breaches: tally.breaches,
    lead_median_s: tally.leadMedianMs === null ? null : tally.leadMedianMs / 1000,
  };
}

function alertOf(episode: JudgedEpisode): PastAlertShape {
  const { rule, node, firedAt, resolvedAt, verdict, leadMs, reason } = episode;
  return {
    rule,
    node,
    fired_at: firedAt,
    resolved_at: resolvedAt,
    verdict,
    lead_s: leadMs === null ? null : leadMs / 1000,
    reason,
  };
}
