import type { AlertNews, Outcome } from '../../alert/index.js';
import { formatDuration } from '../../telemetry/index.js';

/** `5 min sooner than said`; a minute's forecast may be off by seconds, so the unit follows the size. */
export function offText(errorMs: number): string {
  if (Math.abs(errorMs) < 500) return 'at the very time said';
  return `${formatDuration(Math.abs(errorMs))} ${errorMs > 0 ? 'sooner' : 'later'} than said`;
}

/** `within the range said`. */
export function rangeText(inRange: boolean): string {
  return inRange ? 'within the range said' : 'outside of the range said';
}

/** What became of a prediction: `breached, 5 min sooner than said, within the range said`. */
export function fateText({ result, errorMs, leadMs, inRange }: Outcome): string {
  if (result === 'averted') return 'averted: it did not come to the breach';
  if (result === 'passed') return 'wrong: the range said went by without a breach';
  if (result === 'ended') return 'ended';
  return [
    'breached',
    ...(errorMs === undefined ? [] : [offText(errorMs)]),
    ...(inRange === undefined ? [] : [rangeText(inRange)]),
    ...(leadMs === undefined || leadMs < 0 ? [] : [`${formatDuration(leadMs)} after it was announced`]),
  ].join(', ');
}

const FATE_WORDS = {
  breached: 'breached',
  averted: 'averted',
  passed: 'wrong, no breach',
  ended: 'ended',
} as const satisfies Record<Outcome['result'], string>;

export function fateWord({ result }: Outcome): string {
  return FATE_WORDS[result];
}

/** `3 breached, 35 averted, 2 wrong, no breach` in this order, of those that there are; empty for none. */
export function fatesText(outcomes: readonly Outcome[]): string {
  const results = ['breached', 'averted', 'passed', 'ended'] as const;
  const counts = results.map(
    (result) => [result, outcomes.filter((each) => each.result === result).length] as const,
  );
  return counts
    .filter(([, count]) => count > 0)
    .map(([result, count]) => `${count} ${result === 'passed' ? 'wrong' : FATE_WORDS[result]}`)
    .join(', ');
}

/** How a breach that has come compares with what people were told; undefined without both. */
export function breachAgainstTold(alert: AlertNews): Outcome | undefined {
  const told = alert.before ?? alert.predicted;
  const { breachedAt } = alert;
  if (breachedAt === undefined || !told || told.breachP50 === null) return undefined;
  const isAfterStart = told.breachP10 === null || breachedAt >= told.breachP10;
  const isBeforeEnd = told.breachP90 === null || breachedAt <= told.breachP90;
  return {
    result: 'breached',
    errorMs: told.breachP50 - breachedAt,
    inRange: isAfterStart && isBeforeEnd,
    leadMs: breachedAt - alert.firedAt,
  };
}
