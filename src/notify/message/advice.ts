import type { AlertNews } from '../../alert/index.js';
import type { Cause } from '../../trend/index.js';
import { countNodes } from './who.js';

const RESTART_ONE = 'Restart it before then, one node at a time so that enough stay ready.';
const RESTART_MANY = 'Restart them before then, as the plan says, so that enough stay ready.';

const BY_CAUSE: Readonly<Record<Cause, string>> = {
  leak: `${RESTART_ONE} That gains time only: take a heap snapshot first to see what is kept.`,
  native: `${RESTART_ONE} Look at buffers, threads and native libraries: a heap snapshot will not show it.`,
  load: 'Add nodes, or shed load, before then. A restart does not help while the traffic is there.',
  gc: 'Take traffic off it. If all nodes show it, limit traffic before they fall one after the other.',
  version: 'Roll back to the version before, one node at a time so that enough stay ready.',
};

const BY_KIND = {
  forecast: RESTART_ONE,
  growth: 'No hurry: find what grows while there is time, and watch whether a restart only sets it back.',
  gc: 'Look at allocation per request and at the size of the heap; take traffic off the node if requests suffer.',
  readiness: 'Look at the node: it gets no traffic while it is not ready, and the others carry its share.',
  absent:
    'Look whether the node or its agent is gone. While it is silent, nothing can be said of its memory, and ' +
    'forecasts that fired stay as they are.',
  fleet: 'Add capacity or limit traffic before nodes fall; restart the worst ones one at a time.',
  service: 'Correct what it names; until then the service goes on with what it had before.',
} as const satisfies Record<AlertNews['kind'], string>;

/** What to do first about those that fire, the worst first, where no runbook says better. */
export function adviceFor(firing: readonly AlertNews[]): string {
  const [worst] = firing;
  if (worst.breachedAt !== undefined) {
    return 'See whether it is ready again or still at its limit, and restart it if so; then see to those that come next.';
  }
  const cause = worst.kind === 'forecast' ? worst.outlook?.cause : undefined;
  const advice = cause ? BY_CAUSE[cause] : BY_KIND[worst.kind];
  return countNodes(firing) > 1 ? advice.replace(RESTART_ONE, RESTART_MANY) : advice;
}
