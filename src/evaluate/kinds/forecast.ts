import { z } from 'zod';
import { formatBytes, formatDuration } from '../../telemetry/index.js';
import { forecastNeed, type Outlook, oddsWithin, type Resource } from '../../trend/index.js';
import { duration, type Level, level, RESOURCES, share } from '../schema/units.js';
import { CONTRADICTION, withCure } from '../source/index.js';
import type { Verdict } from '../verdict.js';
import { CLEARING_SHARE, type Kind, truthOf } from './kind.js';
import { formatProbability, missingSignal } from './words.js';

interface Condition {
  readonly of: Resource;
  readonly reaches: Level;
  readonly withinMs: number;
  readonly probability: number;
  /** Fires at a lower probability when the breach may be this near; null for never. */
  readonly soon: { readonly withinMs: number; readonly probability: number } | null;
}

const OWN_LIMIT = { rss: 'memory_limit', heap: 'heap_limit' } as const;

/** Whether both times have been read, so that they can be compared. */
function isComplete(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const soon: unknown = Reflect.get(value, 'soon');
  if (typeof soon !== 'object' || soon === null) return false;
  return typeof Reflect.get(value, 'within') === 'number' && typeof Reflect.get(soon, 'within') === 'number';
}

const schema = z
  .strictObject({
    of: z
      .enum(['rss', 'heap', 'heap_used', 'heap_after_gc'])
      .describe(
        'What runs out: `rss` (physical memory) or `heap` (the managed heap; `heap_used` and `heap_after_gc` mean the same).',
      ),
    reaches: level()
      .optional()
      .describe(
        'The level: `memory_limit` (for rss), `heap_limit` (for heap), `90% of` either, or a size such as `512MiB`.',
      )
      .meta({ whenAbsent: 'the limit of what runs out' }),
    within: duration('2h').prefault('2h').describe('How far ahead to look.'),
    probability: share('80%').prefault(0.8).describe('How likely it must be for the alert to fire.'),
    soon: z
      .strictObject({
        within: duration('30m').describe('How near the breach may be: shorter than `within` of the rule.'),
        probability: share('40%').describe(
          'How likely it must be then: lower than `probability` of the rule.',
        ),
      })
      .optional()
      .describe(
        'When a breach may be near there is no time to wait for more certainty: fires at this lower probability, too, such as `{ within: 30m, probability: 35% }`.',
      )
      .meta({ examples: [{ within: '30m', probability: '35%' }] }),
  })
  .refine(({ soon, within }) => !soon || soon.within < within, {
    path: ['soon', 'within'],
    params: CONTRADICTION,
    when: ({ value }) => isComplete(value),
    error: withCure('must be shorter than within of the rule', 'write a shorter time, such as 30m'),
  })
  .refine(({ of, reaches }) => !reaches?.limit || reaches.limit === OWN_LIMIT[RESOURCES[of]], {
    path: ['reaches'],
    params: CONTRADICTION,
    // Also when other fields are at fault, so that all errors are told at once.
    when: ({ value }) =>
      typeof value === 'object' && value !== null && Object.hasOwn(RESOURCES, Reflect.get(value, 'of')),
    error: ({ input }) => {
      const { of } = input as { of: keyof typeof RESOURCES };
      return withCure(`must be a level of ${of}`, `write ${OWN_LIMIT[RESOURCES[of]]}`);
    },
  })
  .transform(({ of, reaches, within, probability, soon }): Condition => {
    const resource = RESOURCES[of];
    const limit = OWN_LIMIT[resource];
    return {
      of: resource,
      reaches: reaches ?? { text: limit, limit, target: undefined },
      withinMs: within,
      probability,
      soon: soon ? { withinMs: soon.within, probability: soon.probability } : null,
    };
  })
  .describe('Fires when memory is likely to reach a level within a time.');

/** Fires when a level is reached within the horizon with at least the given probability. */
export const forecast: Kind<typeof schema> = {
  schema,
  timing: ({ withinMs }) => ({ forMs: withinMs / 24, keepFiringMs: withinMs / 12 }),
  needs: ({ withinMs }) => [forecastNeed(withinMs)],
  evaluate(condition, view) {
    const { of, reaches, withinMs, probability } = condition;
    const outlook = view.outlook(of, withinMs, reaches.target);
    if (!outlook) {
      const missing =
        missingSignal(view, of, reaches.limit) ?? `nothing is known of ${of} against ${reaches.text}`;
      return { truth: 'unknown', reason: missing, resource: of };
    }
    if (outlook.probability === null) {
      const reason = `too little history to say whether ${goal(condition, outlook)}`;
      return { truth: 'unknown', reason, outlook, resource: of };
    }
    const truth = truthOf(outlook.probability, probability);
    const near = truth === 'true' ? null : soonOf(condition, outlook);
    const level = reaches.target ? { goal: reaches.text } : {};
    if (near && near.truth !== 'false') return sayOnRead(near.condition, outlook, near, level);
    return sayOnRead(condition, outlook, { probability: outlook.probability, truth }, level);
  },
};

interface Finding {
  readonly probability: number;
  readonly truth: Verdict['truth'];
}

/** A verdict whose sentence is made when it is read: of most verdicts, on nodes at rest, nobody reads it. */
function sayOnRead(
  condition: Condition,
  outlook: Outlook,
  { probability, truth }: Finding,
  level: Pick<Verdict, 'goal'>,
): Verdict {
  return {
    truth,
    get reason() {
      return sentence(condition, outlook, probability, truth);
    },
    outlook,
    resource: condition.of,
    ...level,
  };
}

/** What the shorter time says, as the condition of a rule of its own; null where the rule has none. */
function soonOf(
  condition: Condition,
  outlook: Outlook,
): (Finding & { readonly condition: Condition }) | null {
  const { soon } = condition;
  const probability = soon ? oddsWithin(outlook, soon.withinMs) : null;
  if (!soon || probability === null) return null;
  const truth = truthOf(probability, soon.probability);
  return { truth, probability, condition: { ...condition, ...soon } };
}

/** `rss reaches memory_limit (1 GiB) within 2 h` */
function goal({ of, reaches, withinMs }: Condition, outlook: Outlook): string {
  const level =
    reaches.limit === null ? formatBytes(outlook.limit) : `${reaches.text} (${formatBytes(outlook.limit)})`;
  return `${of} reaches ${level} within ${formatDuration(withinMs)}`;
}

function sentence(condition: Condition, outlook: Outlook, probability: number, truth: string): string {
  const fires = formatProbability(condition.probability);
  const clears = formatProbability(condition.probability * CLEARING_SHARE);
  const claim = `${goal(condition, outlook)} with probability ${formatProbability(probability)}`;
  if (truth === 'false') return `${claim}; the alert fires from ${fires} and clears below ${clears}`;
  if (truth === 'unknown')
    return `${claim}, between the firing threshold ${fires} and the clearing threshold ${clears}`;
  const perHour = outlook.growth?.perHour ?? 0;
  const growth = perHour > 0 ? `; grows ${formatBytes(perHour)} per hour` : '';
  return `${claim}${when(outlook)}${growth}`;
}

/** `, most likely in 54 min (41 min to 82 min)`, as far as the quantiles exist. */
function when({ at, breachP10, breachP50, breachP90 }: Outlook): string {
  const wait = (time: number) => formatDuration(Math.max(0, time - at));
  if (breachP50 === null) return breachP10 === null ? '' : `, at the earliest in ${wait(breachP10)}`;
  if (breachP50 <= at) return ', which is now';
  const from = breachP10 === null ? wait(breachP50) : wait(breachP10);
  return `, most likely in ${wait(breachP50)} (${from} ${breachP90 === null ? 'or later' : `to ${wait(breachP90)}`})`;
}
