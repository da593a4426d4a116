import type { Verdict } from '../evaluate/index.js';
import type { Outlook, Resource } from '../trend/index.js';
import type { AlertNews } from './news.js';

/** What a message says of the rule and the node, as it was when the condition last held. */
export type AlertFacts = Pick<AlertNews, 'kind' | 'severity' | 'labels' | 'runbook' | 'summary' | 'goal'>;

/** One rule on one node while its condition holds or held until lately. Plain JSON: it is kept in the ledger. */
export interface AlertState {
  /** The episode: the same from pending to resolved. */
  readonly id: string;
  readonly rule: string;
  readonly node: string;
  readonly about: AlertFacts;
  readonly phase: 'pending' | 'firing';
  /** Unix ms at which the condition first held. */
  readonly activeSince: number;
  /** Unix ms from which it fires if the condition holds then. */
  readonly dueAt: number;
  /** Unix ms; null while pending. */
  readonly firedAt: number | null;
  /** Unix ms at which the condition last held. */
  readonly lastTrueAt: number;
  /** Newest sample then, in unix ms of the node. While a node is silent its condition may go on to hold. */
  readonly seenAt: number;
  readonly reason: string;
  readonly resource?: Resource;
  /** The outlook with which it fired. */
  readonly predicted?: Outlook;
  /** The newest outlook. Kept with the state only when something else of it changes. */
  readonly outlook?: Outlook;
  /** When what it predicted came about while it fired; unix ms. */
  readonly breachedAt?: number;
}

export interface Timing {
  readonly forMs: number;
  readonly keepFiringMs: number;
}

/** Why an alert about a process ends with it. */
export const RESTARTED = 'the process has been restarted';

/** What changed, or null. `cancelled` is a pending alert that never fired. */
export type Change = 'pending' | 'firing' | 'resolved' | 'cancelled' | null;

export interface Step {
  /** Undefined when the alert is inactive from now on. */
  readonly state: AlertState | undefined;
  readonly change: Change;
  /** Why, a sentence for people. */
  readonly reason: string;
}

/** What a step needs to know of the node beside the verdict. */
export interface Moment {
  readonly rule: string;
  readonly node: string;
  readonly about: AlertFacts;
  /** Unix ms of now. */
  readonly at: number;
  /** Unix ms of the node's newest sample. */
  readonly lastSeen: number;
  /** Unix ms since when the node's present process runs; -Infinity when that is not known. */
  readonly processSince: number;
  /** Whether a verdict of this rule speaks of the process, so that a restart ends its alert. */
  readonly endsWithProcess: boolean;
  /** Makes the id of a new episode. */
  episode(activeSince: number): string;
}

/**
 * The life of an alert, as Prometheus has it (pending for `for`, then firing, then a keep-firing time), with two
 * differences: an unknown verdict changes nothing, so missing data neither fires nor resolves; and an alert about a
 * process ends with that process.
 */
export function transition(
  state: AlertState | undefined,
  verdict: Verdict,
  timing: Timing,
  moment: Moment,
): Step {
  const { at } = moment;
  const isOtherProcess = state !== undefined && moment.endsWithProcess && moment.processSince > state.seenAt;
  if (isOtherProcess && verdict.truth !== 'true') return end(state, RESTARTED);
  if (verdict.truth === 'true') return hold(isOtherProcess ? undefined : state, verdict, timing, moment);
  if (!state || verdict.truth === 'unknown') return { state, change: null, reason: verdict.reason };
  const isKeptFiring = state.phase === 'firing' && at - state.lastTrueAt < timing.keepFiringMs;
  if (isKeptFiring) return { state, change: null, reason: 'within the keep-firing time' };
  return end(state, verdict.reason);
}

/** The condition holds: begin, go on, or fire. */
function hold(state: AlertState | undefined, verdict: Verdict, timing: Timing, moment: Moment): Step {
  const { at, rule, node, about, lastSeen } = moment;
  const { reason } = verdict;
  const begun: AlertState = state ?? {
    id: moment.episode(at),
    rule,
    node,
    about,
    phase: 'pending',
    activeSince: at,
    dueAt: at + timing.forMs,
    firedAt: null,
    lastTrueAt: at,
    seenAt: lastSeen,
    reason,
    ...(verdict.resource ? { resource: verdict.resource } : {}),
  };
  const held: AlertState = {
    ...begun,
    about,
    lastTrueAt: at,
    seenAt: lastSeen,
    reason,
    ...(verdict.outlook ? { outlook: verdict.outlook } : {}),
  };
  const isDue = begun.phase === 'pending' && at >= begun.dueAt;
  if (!isDue) return { state: held, change: state ? null : 'pending', reason };
  const predicted = verdict.outlook ? { predicted: verdict.outlook } : {};
  return { state: { ...held, phase: 'firing', firedAt: at, ...predicted }, change: 'firing', reason };
}

function end(state: AlertState, reason: string): Step {
  return { state: undefined, change: state.phase === 'firing' ? 'resolved' : 'cancelled', reason };
}
