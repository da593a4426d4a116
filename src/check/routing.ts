import type { Config } from '../config/index.js';
import type { Labels } from '../telemetry/index.js';

/** Who is told of an alert, as far as checks ask. */
export interface Routing {
  /** Whether there is nobody at all. */
  readonly isEmpty: boolean;
  /** Names of the channels that take an alert with these labels; `severity`, `rule` and `kind` are among them. */
  channelsFor(labels: Labels): readonly string[];
}

/** The routing of a configuration. Every channel takes every alert as long as there are no routes. */
export function routingOf({ notify }: Config): Routing {
  const names = Object.keys(notify.channels);
  return { isEmpty: names.length === 0, channelsFor: () => names };
}
