import { type Labels, parseDuration } from '../telemetry/index.js';
import { formatMatchers, type LabelMatcher, matchesAll, parseMatchers } from './matchers.js';
import type { RouteText } from './options.js';
import type { TimeIntervalText } from './time-interval-options.js';
import { compileIntervals, type HoldsAt } from './time-intervals.js';

/** One way from alerts to channels. Durations are ms. */
export interface Route {
  /** The path of matchers to it, as Alertmanager names it: `{}/{severity="page"}`; does not change with its place. */
  readonly key: string;
  readonly receivers: readonly string[];
  readonly matchers: readonly LabelMatcher[];
  readonly goesOn: boolean;
  /** Null: by all labels, so each alert is a group of its own. */
  readonly groupBy: readonly string[] | null;
  readonly groupWaitMs: number;
  readonly groupIntervalMs: number;
  readonly repeatIntervalMs: number;
  /** Whether its messages have to wait at this moment. */
  readonly isMuted: HoldsAt;
  readonly routes: readonly Route[];
}

/**
 * Where a route says nothing. Waits are shorter than Alertmanager's 30 s and 5 min: a forecast of half an hour cannot spare
 * them.
 */
const DEFAULTS = {
  groupBy: ['alertname', 'severity', 'pool'],
  groupWaitMs: 10_000,
  groupIntervalMs: 60_000,
  repeatIntervalMs: 4 * 3_600_000,
};

/** The tree of routes; without one, everything goes to every channel. `text` has been checked. */
export function compileRoutes(
  text: RouteText | undefined,
  intervals: readonly TimeIntervalText[],
  channels: readonly string[],
): Route {
  const named = compileIntervals(intervals);
  const compile = (
    route: RouteText,
    above: Omit<Route, 'routes' | 'matchers' | 'goesOn' | 'isMuted'>,
  ): Route => {
    const matchers = parseMatchers(route.matchers ?? []);
    const own = {
      key: `${above.key === '' ? '' : `${above.key}/`}${formatMatchers(matchers)}`,
      receivers: route.receiver === undefined ? above.receivers : [route.receiver].flat(),
      groupBy: route.group_by ? groupByOf(route.group_by) : above.groupBy,
      groupWaitMs: msOf(route.group_wait) ?? above.groupWaitMs,
      groupIntervalMs: msOf(route.group_interval) ?? above.groupIntervalMs,
      repeatIntervalMs: msOf(route.repeat_interval) ?? above.repeatIntervalMs,
    };
    return {
      ...own,
      matchers,
      goesOn: route.continue ?? false,
      isMuted: mutes(route, named),
      routes: (route.routes ?? []).map((child) => compile(child, own)),
    };
  };
  return compile(text ?? {}, { ...DEFAULTS, key: '', receivers: channels });
}

/**
 * The routes that an alert with these labels takes: depth first, the first child that matches wins unless it goes on, a
 * route whose children all refuse takes it itself (Alertmanager's dispatch.Route.Match).
 */
export function routesFor(root: Route, labels: Labels): readonly Route[] {
  if (!matchesAll(root.matchers, labels)) return [];
  const found: Route[] = [];
  for (const child of root.routes) {
    const matched = routesFor(child, labels);
    found.push(...matched);
    if (matched.length > 0 && !child.goesOn) break;
  }
  return found.length > 0 ? found : [root];
}

/** The labels that an alert shares with its group on this route. */
export function groupLabelsOf(route: Route, labels: Labels): Labels {
  if (route.groupBy === null) return labels;
  const own: Record<string, string> = {};
  for (const name of route.groupBy) if (Object.hasOwn(labels, name)) own[name] = labels[name];
  return own;
}

/** Names a group for ever, as Alertmanager writes it: `{}/{severity="page"}:{alertname="X", pool="edge"}`. */
export function groupKeyOf(route: Route, labels: Labels): string {
  const pairs = Object.entries(labels)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  return `${route.key}:{${pairs.join(', ')}}`;
}

function groupByOf(names: readonly string[]): readonly string[] | null {
  return names.includes('...') ? null : names;
}

function msOf(text: string | undefined): number | undefined {
  return text === undefined ? undefined : parseDuration(text);
}

function mutes(route: RouteText, named: ReadonlyMap<string, HoldsAt>): HoldsAt {
  const find = (names: readonly string[] = []) =>
    names.map((name) => named.get(name)).filter((holds) => holds !== undefined);
  const muted = find(route.mute_time_intervals);
  const active = find(route.active_time_intervals);
  return (at) =>
    muted.some((holds) => holds(at)) || (active.length > 0 && !active.some((holds) => holds(at)));
}
