import { z } from 'zod';
import { nearest, withCure } from '../evaluate/index.js';
import { parseDuration } from '../telemetry/index.js';
import { matcherFault } from './matchers.js';
import { intervalsFault, type TimeIntervalText, timeIntervalSchema } from './time-interval-options.js';

const DURATION = 'must be a duration such as 30s, 5m or 4h';

const duration = z
  .string({ error: DURATION })
  .refine((text) => text === '0s' || (parseDuration(text) ?? 0) > 0, DURATION)
  .meta({ unit: 'duration' });

const matchers = z
  .array(
    z.string().superRefine((text, context) => {
      const message = matcherFault(text);
      if (message !== undefined) context.addIssue({ code: 'custom', message });
    }),
    { error: 'must be a list of matchers, such as [\'severity="page"\']' },
  )
  .describe('All of them must match: severity="page", pool=~"edge|core", node!="r-1".');

const receiver = z
  .union([z.string().min(1), z.array(z.string().min(1)).min(1)], {
    error: ({ input }) =>
      typeof input === 'string' || Array.isArray(input)
        ? undefined
        : 'must be the name of a channel, or a list of them',
  })
  .describe('The channel, or the list of channels, that gets the messages.');

export interface RouteText {
  readonly receiver?: string | readonly string[] | undefined;
  readonly matchers?: readonly string[] | undefined;
  readonly continue?: boolean | undefined;
  readonly group_by?: readonly string[] | undefined;
  readonly group_wait?: string | undefined;
  readonly group_interval?: string | undefined;
  readonly repeat_interval?: string | undefined;
  readonly mute_time_intervals?: readonly string[] | undefined;
  readonly active_time_intervals?: readonly string[] | undefined;
  readonly routes?: readonly RouteText[] | undefined;
}

const timing = {
  group_by: z
    .array(z.string().min(1))
    .optional()
    .describe(
      "Labels that put alerts in one message. ['...'] makes one of each. Default: alertname, severity, pool.",
    ),
  group_wait: duration
    .optional()
    .describe('How long to wait for more before the first message of a group. Default: 10s.'),
  group_interval: duration
    .optional()
    .describe('How long after a message the next change of its group is told. Default: 1m.'),
  repeat_interval: duration
    .optional()
    .describe('How long after a message it is said again while nothing changes. Default: 4h.'),
  mute_time_intervals: z
    .array(z.string())
    .optional()
    .describe('Names of time_intervals in which nothing is sent; what is still true afterwards is.'),
  active_time_intervals: z
    .array(z.string())
    .optional()
    .describe('Names of time_intervals outside of which nothing is sent.'),
};

const childRoute: z.ZodType<RouteText> = z
  .strictObject({
    receiver: receiver.optional(),
    matchers: matchers.optional(),
    continue: z.boolean().optional().describe('Whether the routes after this one are asked, too.'),
    ...timing,
    get routes() {
      return z.array(childRoute).optional().describe('Routes below this one; the first that matches wins.');
    },
  })
  .meta({ id: 'route', title: 'route' });

/** Who is told what: Alertmanager's `route`, word for word; a receiver is a channel, or several. */
export const routeOptions = z.strictObject({
  receiver: receiver.optional(),
  ...timing,
  routes: z.array(childRoute).optional().describe('Routes below it; the first that matches wins.'),
});

const inhibitRule = z.strictObject({
  source_matchers: matchers.describe('While an alert that matches these fires ...'),
  target_matchers: matchers.describe('... alerts that match these are not told.'),
  equal: z
    .array(z.string().min(1))
    .default([])
    .describe('Labels that both must have alike; one that both lack is alike.'),
});

/** A page for a node says more than the tickets for it. */
const DEFAULT_INHIBIT_RULES = [
  { source_matchers: ['severity="page"'], target_matchers: ['severity=~"ticket|info"'], equal: ['node'] },
];

/** The part of `notify` that says who is told, and when. */
export const dispatchOptions = {
  route: routeOptions
    .optional()
    .describe('Which alerts go to which channels, and how they are grouped. Default: all to every channel.'),
  inhibit_rules: z
    .array(inhibitRule)
    .default(DEFAULT_INHIBIT_RULES)
    .describe(
      'Alerts that hold back others. Default: while a page fires for a node, its tickets are not told.',
    ),
  time_intervals: z
    .array(timeIntervalSchema)
    .default([])
    .describe('Times of the week or year, by name, for routes.'),
};

export interface DispatchOptions {
  readonly route?: RouteText | undefined;
  readonly inhibit_rules: readonly z.infer<typeof inhibitRule>[];
  readonly time_intervals: readonly TimeIntervalText[];
}

interface Fault {
  readonly path: (string | number)[];
  /** With its cure, as `withCure` joins them. */
  readonly message: string;
}

/** What is wrong between the parts: names of channels and time intervals that are not there. */
export function dispatchFaults(options: DispatchOptions, channels: readonly string[]): Fault[] {
  const intervals = new Set(options.time_intervals.map(({ name }) => name));
  const faults: Fault[] = intervalsFault(options.time_intervals);
  const visit = (route: RouteText, path: (string | number)[]): void => {
    for (const [at, name] of [route.receiver ?? []].flat().entries()) {
      if (channels.includes(name)) continue;
      const place = typeof route.receiver === 'string' ? [] : [at];
      faults.push({ path: [...path, 'receiver', ...place], message: notThere(name, channels, 'channels') });
    }
    for (const key of ['mute_time_intervals', 'active_time_intervals'] as const) {
      for (const [at, name] of (route[key] ?? []).entries()) {
        if (intervals.has(name)) continue;
        faults.push({ path: [...path, key, at], message: notThere(name, [...intervals], 'time_intervals') });
      }
    }
    for (const [at, child] of (route.routes ?? []).entries()) visit(child, [...path, 'routes', at]);
  };
  if (options.route) visit(options.route, ['route']);
  return faults;
}

function notThere(name: string, known: readonly string[], place: string): string {
  const [must, cure] =
    known.length > 0
      ? [`must be one of ${known.join(', ')}`, `correct it, or add it to notify.${place}`]
      : [`must be in notify.${place}, which is empty`, `add it to notify.${place}`];
  const meant = nearest(name, known);
  return withCure(`${must}, found "${name}"`, meant === undefined ? cure : `did you mean \`${meant}\`?`);
}
