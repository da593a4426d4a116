import type { Config } from '../config/index.js';
import { compileRoutes, type LabelMatcher, type Route, routesFor } from '../dispatch/index.js';
import type { Labels } from '../telemetry/index.js';

/** Who is told of an alert, as far as checks ask. */
export interface Routing {
  /** Whether there is nobody at all. */
  readonly isEmpty: boolean;
  /** Names of the channels that take an alert with these labels; `severity`, `alertname` and `kind` are among them. */
  channelsFor(labels: Labels): readonly string[];
}

/** The routing of a configuration. */
export function routingOf({ notify }: Config): Routing {
  const names = Object.keys(notify.channels);
  const root = compileRoutes(notify.route, notify.time_intervals, names);
  return {
    isEmpty: names.length === 0,
    channelsFor: (labels) => routesFor(root, labels).flatMap(({ receivers }) => receivers),
  };
}

/** A route below the root, where it is written, with the matchers of all routes on the way to it. */
export interface WrittenRoute {
  readonly path: readonly (string | number)[];
  readonly matchers: readonly LabelMatcher[];
}

/** Every route of a configuration that has matchers. */
export function writtenRoutes({ notify }: Config): WrittenRoute[] {
  const root = compileRoutes(notify.route, notify.time_intervals, Object.keys(notify.channels));
  const visit = (
    route: Route,
    path: readonly (string | number)[],
    above: readonly LabelMatcher[],
  ): WrittenRoute[] =>
    route.routes.flatMap((child, at) => {
      const place = [...path, 'routes', at];
      const matchers = [...above, ...child.matchers];
      const own = child.matchers.length > 0 ? [{ path: place, matchers }] : [];
      return [...own, ...visit(child, place, matchers)];
    });
  return visit(root, ['notify', 'route'], []);
}
