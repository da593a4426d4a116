import { formatDuration } from '../../telemetry/index.js';
import type { Check, CheckedRule, Report } from '../check.js';
import { placeIn } from '../place.js';
import { durationAsWritten, percentOf } from '../words.js';

/** A climb over a window that is a smaller part of the limit than this drowns in what comes and goes. */
const LEAST_CLIMB = 0.005;
/** One long collection pauses about this much; a window whose share is less fires at one. */
const ONE_COLLECTION_MS = 1000;

/** A stretch in which what the rule asks for cannot be told from noise. */
export const windowTooShort: Check = {
  code: 'rule/window-too-short',
  severity: 'warning',
  about: '`over` of a growth or gc rule is too short for what the rule asks to be seen in it',
  needs: [],
  run({ rules }, report) {
    for (const checked of rules) {
      if (checked.rule.kind === 'growth') checkGrowth(checked, report);
      if (checked.rule.kind === 'gc') checkGc(checked, report);
    }
  },
};

function checkGrowth(checked: CheckedRule, report: Report): void {
  if (checked.rule.kind !== 'growth') return;
  const { atLeast, overMs } = checked.rule.condition;
  if (atLeast.limit === null || atLeast.perHour <= 0) return;
  const climb = (atLeast.perHour * overMs) / 3_600_000;
  if (climb >= LEAST_CLIMB) return;
  const least = (LEAST_CLIMB / atLeast.perHour) * 3_600_000;
  report(
    placeIn(checked, 'growth', 'over'),
    `in ${formatDuration(overMs)} a node that grows by ${atLeast.text} climbs by ${percentOf(climb)} of ${atLeast.limit}, which cannot be told from noise`,
    `measure over at least ${durationAsWritten(roundUp(least))}`,
  );
}

function checkGc(checked: CheckedRule, report: Report): void {
  if (checked.rule.kind !== 'gc') return;
  const { pauseShare, overMs } = checked.rule.condition;
  const paused = pauseShare * overMs;
  if (paused >= ONE_COLLECTION_MS) return;
  report(
    placeIn(checked, 'gc', 'over'),
    `${percentOf(pauseShare)} of ${formatDuration(overMs)} is a pause of ${Number(paused.toPrecision(2))} ms in all, which one long collection takes alone`,
    `measure over at least ${durationAsWritten(roundUp(ONE_COLLECTION_MS / pauseShare))}`,
  );
}

/** To whole seconds, or minutes beyond two of them. */
function roundUp(ms: number): number {
  const unit = ms > 120_000 ? 60_000 : 1000;
  return Math.ceil(ms / unit - 1e-6) * unit;
}
