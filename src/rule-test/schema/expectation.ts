import { z } from 'zod';
import { duration, withCure } from '../../evaluate/index.js';
import { choiceError } from './choice.js';
import { DETAILS, detailFields, timeRange } from './details.js';

const ruleName = z
  .string({ error: 'must be the name of an alert' })
  .min(1, { error: 'must be the name of an alert' });

const node = z
  .string({ error: 'must be the name of a node' })
  .min(1, { error: 'must be the name of a node' })
  .optional()
  .describe('The node. May be left out where the test has only one; `never` then means all of them.');

const listed = z
  .strictObject({
    alert: ruleName.describe('The name of the alert.'),
    node,
    state: z.enum(['pending', 'firing']).default('firing').describe('Default: firing.'),
    ...detailFields,
  })
  .superRefine(({ state, message }, context) => {
    if (state === 'pending' && message !== undefined) context.addIssue(noMessage(state));
  });

/** Exactly one of these keys tells what is expected. */
const KINDS = ['alert', 'alerts', 'never'] as const;

/** What goes with each of them beside itself. */
const BESIDE: Readonly<Record<(typeof KINDS)[number], readonly string[]>> = {
  alert: ['at', 'between', 'node', 'state', ...DETAILS],
  alerts: ['at'],
  never: ['node', 'between'],
};

/** One thing that is expected of the rules. */
export const expectation = z
  .strictObject(
    {
      at: duration('45m', { zero: true })
        .optional()
        .describe('The time of the test at which it is looked at: 45m.'),
      between: timeRange
        .optional()
        .describe(
          'The alert begins to fire within this time, both ends included: [10m, 50m]. With `never`: it does not.',
        ),
      alert: ruleName.optional().describe('The name of the alert.'),
      alerts: z
        .array(listed, { error: 'must be a list of alerts, such as [{ alert: RssGrowing }], or []' })
        .optional()
        .describe(
          'All alerts that fire at that time, these and no others. Pending ones only count where they are listed.',
        ),
      never: z
        .union([ruleName.transform((name) => [name]), z.array(ruleName).min(1)], {
          error: choiceError('must be the name of an alert, "*" for all of them, or a list of names', [
            'text',
            'list',
          ]),
        })
        .optional()
        .describe(
          'Alerts that do not fire in the whole test, or not within `between`; "*" stands for all of them.',
        ),
      node,
      state: z
        .enum(['pending', 'firing', 'resolved', 'inactive'])
        .optional()
        .describe(
          'With `at`: the state of the alert then. Resolved: it has fired and does not now. Inactive: neither pending nor firing. Default: firing.',
        ),
      ...detailFields,
    },
    { error: 'must be a map such as { at: 45m, alert: RssGrowing }' },
  )
  .superRefine((given, context) => {
    const has = (key: string) => Reflect.get(given, key) !== undefined;
    const issue = (path: string[], message: string, cure: string) =>
      context.addIssue({ code: 'custom', path, message: withCure(message, cure) });
    const kinds = KINDS.filter(has);
    const [kind] = kinds;
    if (kinds.length !== 1) {
      const found = kinds.length === 0 ? 'none' : kinds.join(' and ');
      return issue(
        [],
        `must have exactly one of ${KINDS.join(', ')}, found ${found}`,
        'split it into several entries',
      );
    }
    for (const key of Object.keys(given))
      if (key !== kind && has(key) && !BESIDE[kind].includes(key))
        issue([key], `does not go with ${kind}`, `beside ${kind} there may be ${BESIDE[kind].join(', ')}`);
    if (kind === 'alerts' && !has('at'))
      issue([], 'must have at, the time at which these fire', 'add at: 45m');
    if (kind !== 'alert') return;
    if (has('at') === has('between')) {
      const found = has('at') ? 'both' : 'neither';
      issue([], `must have either at or between, found ${found}`, 'write at: 45m, or between: [10m, 50m]');
    }
    if (has('between') && has('state'))
      issue(['state'], 'does not go with between', 'between says that the alert begins to fire');
    const { state = 'firing' } = given;
    if (state !== 'firing' && state !== 'resolved' && has('message')) context.addIssue(noMessage(state));
    if (state === 'firing' || state === 'pending') return;
    for (const key of ['cause', 'probability', 'breach_p50'].filter(has))
      issue(
        [key],
        `does not go with the state ${state}`,
        'only an alert that is pending or firing has a forecast to look at',
      );
  });

function noMessage(state: string) {
  const message = withCure(
    `does not go with the state ${state}`,
    'messages are of alerts that fire or have resolved',
  );
  return { code: 'custom' as const, path: ['message'], message };
}

export type WrittenExpectation = z.output<typeof expectation>;
