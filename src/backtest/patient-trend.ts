import type { Rule } from '../evaluate/index.js';
import { CLEARING_SHARE } from '../evaluate/index.js';
import { COLUMN } from '../telemetry/index.js';
import {
  type Growth,
  type Outlook,
  type ProcessTrend,
  type Resource,
  type Target,
  Trend,
} from '../trend/index.js';

/**
 * Of a node at rest the live service works an outlook out again after a 48th or 96th of the horizon (src/trend/trend.ts).
 * Here it is kept for longer, and any rise ends that at once.
 */
const STILL_SHARE = 1 / 4;
const STILL_PROBABILITY = 0.01;
const QUIET_SHARE = 1 / 16;
const QUIET_PROBABILITY = 0.05;

/**
 * A rise by so much of what is free, of use or of the live set, above where they were of late, is looked at: at this pace
 * the limit is reached in six horizons or less.
 */
const RISE_SHARE = 1 / 24;

/** A growth that is nowhere near any rule's speed is measured again after this share of its stretch. */
const GROWTH_SHARE = 1 / 24;
const FAR_SHARE = CLEARING_SHARE / 2;

interface Held<Answer> {
  readonly answer: Answer;
  readonly at: number;
  readonly since: number;
  readonly keptMs: number;
}

interface HeldOutlook extends Held<Outlook> {
  readonly limit: number;
  readonly used: Highest;
  readonly live: Highest;
}

/** The highest value before an outlook was made, and since. */
interface Highest {
  readonly before: number;
  since: number;
}

/**
 * A trend room for the past: gives the answers of the live one, but works those about nodes at rest out less often.
 * test/backtest/patient-trend.test.ts holds the alerts of both against each other.
 */
export class PatientTrend extends Trend {
  readonly #outlooks: Map<string, HeldOutlook>[] = [];
  readonly #growths: Map<string, Held<Growth>>[] = [];
  readonly #rules: readonly Rule<'growth'>[];

  constructor(needs: ConstructorParameters<typeof Trend>[0], rules: readonly Rule[]) {
    // What a node at rest has said counts for as long as it is not asked again.
    super(needs, STILL_SHARE);
    this.#rules = rules.filter((rule): rule is Rule<'growth'> => rule.kind === 'growth');
  }

  override outlook(
    id: number,
    resource: Resource,
    horizonMs: number,
    at: number,
    target?: Target,
  ): Outlook | null {
    const process = this.node(id);
    if (!process) return null;
    const key = target ? `${resource} ${horizonMs} ${JSON.stringify(target)}` : `${resource} ${horizonMs}`;
    this.#outlooks[id] ??= new Map();
    const held = this.#outlooks[id].get(key);
    const [used, live] = heightOf(process, resource);
    if (held) {
      raise(held.used, used);
      raise(held.live, live);
      if (isFresh(held, process, at) && !hasRisen(held, process, resource)) return held.answer;
    }
    const answer = super.outlook(id, resource, horizonMs, at, target);
    const keptMs = horizonMs * shareKept(answer?.probability ?? null);
    if (!answer || keptMs === 0) {
      this.#outlooks[id].delete(key);
      return answer;
    }
    const { since } = process;
    const known = held?.since === since ? held : undefined;
    this.#outlooks[id].set(key, {
      answer,
      at,
      since,
      keptMs,
      limit: limitOf(process, resource),
      used: { before: known?.used.since ?? used, since: used },
      live: { before: known?.live.since ?? live, since: live },
    });
    return answer;
  }

  override growth(id: number, resource: Resource, overMs: number): Growth | null {
    const process = this.node(id);
    if (!process) return null;
    const key = `${resource} ${overMs}`;
    this.#growths[id] ??= new Map();
    const held = this.#growths[id].get(key);
    const at = process.lastSeen;
    if (held && isFresh(held, process, at)) return held.answer;
    const answer = super.growth(id, resource, overMs);
    if (answer && this.#isFar(answer, process, resource, overMs)) {
      const { since } = process;
      this.#growths[id].set(key, { answer, at, since, keptMs: overMs * GROWTH_SHARE });
    } else this.#growths[id].delete(key);
    return answer;
  }

  override forget(id: number): void {
    super.forget(id);
    this.#outlooks[id]?.clear();
    this.#growths[id]?.clear();
  }

  #isFar({ low }: Growth, { latest }: ProcessTrend, resource: Resource, overMs: number): boolean {
    return this.#rules.every(({ condition }) => {
      if (condition.of !== resource || condition.overMs !== overMs) return true;
      const { limit, perHour } = condition.atLeast;
      return low < FAR_SHARE * perHour * (limit === null ? 1 : latest[COLUMN[limit]]);
    });
  }
}

function isFresh({ at, since, keptMs }: Held<unknown>, process: ProcessTrend, now: number): boolean {
  return since === process.since && now >= at && now - at < keptMs;
}

function hasRisen(
  { limit, used, live, answer }: HeldOutlook,
  process: ProcessTrend,
  resource: Resource,
): boolean {
  if (limitOf(process, resource) !== limit) return true;
  return [used, live].some(
    ({ before, since }) => since - before > RISE_SHARE * Math.max(0, answer.limit - before),
  );
}

/** What is in use, and what of it survives a collection where that is sent. */
function heightOf({ latest }: ProcessTrend, resource: Resource): readonly [number, number] {
  return resource === 'rss'
    ? [latest[COLUMN.rss], Number.NaN]
    : [latest[COLUMN.heap_used], latest[COLUMN.heap_after_gc]];
}

function raise(highest: Highest, value: number): void {
  if (!(highest.since >= value) && !Number.isNaN(value)) highest.since = value;
}

function limitOf({ latest }: ProcessTrend, resource: Resource): number {
  return latest[resource === 'rss' ? COLUMN.memory_limit : COLUMN.heap_limit];
}

function shareKept(probability: number | null): number {
  if (probability === null || probability >= QUIET_PROBABILITY) return 0;
  return probability < STILL_PROBABILITY ? STILL_SHARE : QUIET_SHARE;
}
