import type { Rule } from '../../evaluate/index.js';
import { formatDuration } from '../../telemetry/index.js';
import type { Check } from '../check.js';
import { placeIn } from '../place.js';
import { durationAsWritten } from '../words.js';

interface Fault {
  readonly path: readonly string[];
  readonly message: string;
  readonly cure: string;
}

/** A rule, or a part of one, that cannot fire whatever happens. */
export const neverFires: Check = {
  code: 'rule/never-fires',
  severity: 'error',
  about: 'the rule, or a part of it, cannot fire whatever happens',
  needs: [],
  run({ rules }, report) {
    for (const checked of rules) {
      for (const { path, message, cure } of faultsOf(checked.rule))
        report(placeIn(checked, ...path), message, cure);
    }
  },
};

function faultsOf(rule: Rule): Fault[] {
  switch (rule.kind) {
    case 'forecast':
      return forecastFaults(rule);
    case 'growth':
      return growthFaults(rule);
    case 'absent':
      return absentFaults(rule);
    case 'gc':
      return rule.condition.pauseShare < 1 ? [] : [NOTHING_ELSE];
    default:
      return [];
  }
}

const NOTHING_ELSE: Fault = {
  path: ['gc', 'pauseShare'],
  message: 'a process that pauses all the time sends nothing, so this is never seen',
  cure: 'write a smaller share, such as 25%',
};

function forecastFaults({ forMs, condition }: Rule<'forecast'>): Fault[] {
  const { withinMs, probability, soon } = condition;
  const held = formatDuration(forMs);
  if (forMs >= withinMs) {
    const message = `is not shorter than within, ${formatDuration(withinMs)}: the breach comes before the alert`;
    return [
      {
        path: ['for'],
        message,
        cure: `write a shorter time, such as ${durationAsWritten(Math.ceil(withinMs / 24_000) * 1000)}`,
      },
    ];
  }
  if (!soon) return [];
  if (soon.probability >= probability) {
    const message = 'is not lower than probability of the rule, so soon adds nothing';
    return [
      { path: ['forecast', 'soon', 'probability'], message, cure: 'write a lower one, or take soon out' },
    ];
  }
  if (forMs < soon.withinMs) return [];
  const message = `is not longer than for, ${held}: a breach this near comes before the alert`;
  return [{ path: ['forecast', 'soon', 'within'], message, cure: 'write a longer time, or a shorter for' }];
}

function growthFaults({ forMs, condition: { atLeast } }: Rule<'growth'>): Fault[] {
  if (atLeast.limit === null) return [];
  const fullAfterMs = 3_600_000 / atLeast.perHour;
  if (fullAfterMs > forMs) return [];
  const message = `fills ${atLeast.limit} in ${formatDuration(fullAfterMs)}, before it has held for ${formatDuration(forMs)}`;
  return [{ path: ['growth', 'atLeast'], message, cure: 'write a lower speed, or a shorter for' }];
}

function absentFaults({ forMs, condition: { afterMs, forgetMs } }: Rule<'absent'>): Fault[] {
  if (afterMs + forMs < forgetMs) return [];
  const [after, held] = [afterMs, forMs].map(formatDuration);
  const message = `comes before after and for have passed, ${after} and ${held}: the node is forgotten before the alert`;
  return [{ path: ['absent', 'forget'], message, cure: 'write a longer time, such as 1d' }];
}
