import type { RuleKind } from '../evaluate/index.js';
import type { Labels } from '../telemetry/index.js';
import type { Outlook, Portrait } from '../trend/index.js';

/**
 * What became of one alert, complete enough to write a message from it without asking anyone. Plain JSON: it is kept
 * in the outbox. Times are unix ms.
 */
export interface AlertNews {
  /** One firing episode of a rule on a node; the same from firing to resolved, new at the next firing. */
  readonly id: string;
  readonly rule: string;
  /** `service` is news of the service itself, such as a refused set of rules. */
  readonly kind: RuleKind | 'service';
  readonly severity: string;
  /** Empty for fleet alerts. */
  readonly node: string;
  readonly labels: Labels;
  readonly state: 'firing' | 'resolved';
  /** When this transition happened. */
  readonly at: number;
  /** When the condition first held, without interruption, before the alert fired. */
  readonly activeSince: number;
  readonly firedAt: number;
  /** Why this transition happened, a sentence for people. */
  readonly reason: string;
  readonly runbook?: string;
  readonly summary?: string;
  /** Of a forecast of another level than the limit itself that level in words, such as `90% of memory_limit`. */
  readonly goal?: string;
  readonly outlook?: Outlook;
  /** On resolved news: the outlook with which it fired, to tell how the prediction fared. */
  readonly predicted?: Outlook;
  readonly portrait?: Portrait;
  /** When the limit was reached after all, or the process died at it; unix ms. */
  readonly breachedAt?: number;
  /** On resolved news: what became of the prediction. */
  readonly outcome?: Outcome;
  /** While somebody has taken it. */
  readonly ack?: Ack;
  /** On follow-ups: what people were told of it before. */
  readonly before?: Told;
}

/**
 * What became of an alert. `breached`: the limit was reached while it fired; `averted`: the process was replaced or the
 * growth ended before the predicted time; `passed`: the predicted range went by without a breach, so it was wrong.
 * `ended`: it predicted nothing.
 */
export interface Outcome {
  readonly result: 'breached' | 'averted' | 'passed' | 'ended';
  /** Predicted less real time of the breach in ms (positive: it came sooner than said); only of `breached`. */
  readonly errorMs?: number;
  /** How long before the breach it fired, ms; only of `breached`. */
  readonly leadMs?: number;
  /** Whether the breach came between p10 and p90; only of `breached`. */
  readonly inRange?: boolean;
}

/** Somebody has taken an alert. Times are unix ms. */
export interface Ack {
  readonly by: string;
  /** Empty when no reason was given. */
  readonly why: string;
  readonly at: number;
  readonly until: number;
}

/** What was said of a forecast, and when. Times are unix ms. */
export interface Told {
  readonly at: number;
  readonly probability: number | null;
  readonly breachP10: number | null;
  readonly breachP50: number | null;
  readonly breachP90: number | null;
}
