import { type Registry, type Rows, SIGNAL_COUNT } from '../telemetry/index.js';
import { Forecaster } from './forecaster.js';
import { Kinship } from './kin.js';
import type { Growth, Outlook, Portrait, Resource, Target } from './outlook.js';
import { Pools } from './pools.js';
import { drawPortrait } from './portrait.js';
import { ProcessTrend } from './process-trend.js';
import { Reliability } from './reliability.js';
import { chooseWidth, forecastNeed, growthNeed, type Need, planWidths, shareNeed } from './scales.js';
import { pauseShare, type Window } from './window.js';

/** A growth is measured again after this share of its stretch, or with the next sample if that comes later. */
const FRESH_SHARE = 1 / 240;

/**
 * An outlook in which nothing is to be feared is kept for a share of its horizon: nothing climbs from there to an alert
 * meanwhile. Any other is worked out again with every sample, so that what makes a rule true is seen at once.
 */
const QUIET_SHARE = 1 / 96;
const QUIET_PROBABILITY = 0.05;

/** One that is next to impossible is kept twice as long. */
const STILL_SHARE = 1 / 48;
const STILL_PROBABILITY = 0.01;

/** One of which little is to be feared yet is kept for a shorter while. */
const CALM_SHARE = 1 / 240;
const CALM_PROBABILITY = 0.25;

/** Too little history is asked about again after this share, a small part of what is missing. */
const YOUNG_SHARE = 1 / 480;

/** History is asked for forecasts after this share of the shortest horizon. */
const REHEARSED_SHARE = 1 / 2;

/** Of more nodes than these history is not asked: a restart of the service must not take minutes. */
const MOST_REHEARSED = 500;

const RESOURCES: readonly Resource[] = ['rss', 'heap'];

interface Cached<Answer> {
  readonly at: number;
  /** The process that it speaks of, by its first sample. */
  readonly since: number;
  readonly answer: Answer | null;
}

/**
 * The trend room: the state of every node and the questions that may be asked of it. Rows go in by `observe` in time
 * order per node; nothing here reads a clock. Widths are planned from the needs of the rules (see scales.ts).
 */
export class Trend {
  readonly widths: readonly number[];
  readonly #nodes: (ProcessTrend | undefined)[] = [];
  readonly #outlooks: Map<string, Cached<Outlook>>[] = [];
  readonly #growths: Map<string, Cached<Growth>>[] = [];
  readonly #kinship = new Kinship();
  readonly #reliability = new Reliability();
  /** How far ahead the rules forecast, ms. */
  readonly #horizons: readonly number[];
  /** When history was last asked for forecasts, by node. */
  readonly #rehearsedAt: number[] = [];
  readonly #forecaster: Forecaster;

  /** `wordsCount`: for how much of the horizon nodes of a pool take each other's word, see Pools. */
  constructor(needs: readonly Need[], wordsCount?: number) {
    this.#forecaster = new Forecaster(new Pools(wordsCount));
    const widths = planWidths(needs);
    this.#horizons = [...new Set(needs.flatMap(({ horizonMs }) => horizonMs ?? []))].sort((a, b) => a - b);
    this.widths = widths.length > 0 ? widths : planWidths([forecastNeed(DEFAULT_HORIZON_MS)]);
  }

  /** Whether these needs are met as it is; else a new room must be warmed up from history. */
  serves(needs: readonly Need[]): boolean {
    return needs.every((need) => this.widths.some((width) => width >= need.least && width <= need.most));
  }

  observe(rows: Rows, registry: Registry): void {
    for (let row = 0; row < rows.length; row++) this.#observe(rows, row, registry);
  }

  /**
   * The same for history: on the way forecasts are made that nobody asks for any more, so that the record of what came of them is
   * there again (see reliability.ts).
   */
  recall(rows: Rows, registry: Registry): void {
    for (let row = 0; row < rows.length; row++) {
      this.#rehearse(rows.node[row], this.#observe(rows, row, registry));
    }
  }

  #observe(rows: Rows, row: number, registry: Registry): ProcessTrend {
    const id = rows.node[row];
    let node = this.#nodes[id];
    if (!node) {
      node = new ProcessTrend(this.widths, this.#kinship);
      this.#nodes[id] = node;
      this.#outlooks[id] = new Map();
      this.#growths[id] = new Map();
    }
    const { labels } = registry.labelSets[rows.labels[row]];
    node.observe(rows.time[row], rows.values, row * SIGNAL_COUNT, labels);
    this.#reliability.observe(id, node);
    return node;
  }

  #rehearse(id: number, { lastSeen }: ProcessTrend): void {
    if (id >= MOST_REHEARSED) return;
    const [shortest = Number.POSITIVE_INFINITY] = this.#horizons;
    if (lastSeen - (this.#rehearsedAt[id] ?? Number.NEGATIVE_INFINITY) < shortest * REHEARSED_SHARE) return;
    this.#rehearsedAt[id] = lastSeen;
    for (const horizon of this.#horizons) {
      for (const resource of RESOURCES) this.outlook(id, resource, horizon, lastSeen);
    }
  }

  node(id: number): ProcessTrend | undefined {
    return this.#nodes[id];
  }

  /** Drops the state of a node that has been gone for long. */
  forget(id: number): void {
    const node = this.#nodes[id];
    if (node) this.#forecaster.forget(id, node);
    this.#reliability.forget(id);
    this.#nodes[id] = undefined;
    this.#outlooks[id]?.clear();
    this.#growths[id]?.clear();
  }

  /** See Outlook; null when the node, the resource or its limit is not known. `at` is unix ms, not before its newest sample. */
  outlook(id: number, resource: Resource, horizonMs: number, at: number, target?: Target): Outlook | null {
    const node = this.#nodes[id];
    if (!node) return null;
    return fresh(
      this.#outlooks[id],
      keyOf(resource, horizonMs, target),
      node.since,
      at,
      quietFor(horizonMs),
      () => {
        const window = this.#window(node, forecastNeed(horizonMs));
        const judge = target ? undefined : (outlook: Outlook) => this.#reliability.tell(id, node, outlook);
        return this.#forecaster.outlook(id, node, window, resource, horizonMs, at, target, judge);
      },
    );
  }

  /**
   * The forecast of a limit as it was last worked out for whoever asked, without working out a new one: of several horizons the one
   * that was asked for first. Null where nobody asks for one, or where nobody has asked for long.
   */
  known(id: number, resource: Resource, at: number): Outlook | null {
    const node = this.#nodes[id];
    if (!node) return null;
    for (const [key, { answer, since, at: from }] of this.#outlooks[id]) {
      if (answer?.signal !== resource || since !== node.since) continue;
      if (key !== keyOf(resource, answer.horizonMs)) continue;
      if (at - from <= 2 * STILL_SHARE * answer.horizonMs + 2 * (node.interval || 0)) return answer;
    }
    return null;
  }

  /** The picture of an outlook as of now; null where there is no outlook. */
  portrait(id: number, resource: Resource, horizonMs: number, at: number, target?: Target): Portrait | null {
    const node = this.#nodes[id];
    if (!node) return null;
    const window = this.#window(node, forecastNeed(horizonMs));
    const workings = this.#forecaster.workings(id, node, window, resource, horizonMs, at, target);
    return workings ? drawPortrait(node, window, workings) : null;
  }

  /** Robust slope of what survives over the last `overMs`; null with too little history. */
  growth(id: number, resource: Resource, overMs: number): Growth | null {
    const node = this.#nodes[id];
    if (!node) return null;
    return fresh(
      this.#growths[id],
      `${resource} ${overMs}`,
      node.since,
      node.lastSeen,
      () => overMs * FRESH_SHARE,
      () => this.#forecaster.growth(this.#window(node, growthNeed(overMs)), resource, overMs),
    );
  }

  /** Share of wall time paused for collections over the last `overMs`, and over as long before that. */
  gcShare(id: number, overMs: number, at: number): { share: number; before: number | null } | null {
    const node = this.#nodes[id];
    if (!node) return null;
    const window = this.#window(node, shareNeed(overMs));
    const share = pauseShare(window, at - overMs, at);
    return share === null ? null : { share, before: pauseShare(window, at - 2 * overMs, at - overMs) };
  }

  readiness(id: number, overMs: number, at: number) {
    const node = this.#nodes[id];
    if (!node || Number.isNaN(node.ready)) return null;
    const changes = node.readyChanges.filter((time) => time > at - overMs).length;
    return { ready: node.ready > 0, since: node.readySince, changes };
  }

  #window(node: ProcessTrend, need: Need): Window {
    return node.windows[chooseWidth(this.widths, need)];
  }
}

/** For a service whose rules ask for no forecast, so that the API and the page still have one. */
export const DEFAULT_HORIZON_MS = 2 * 3_600_000;

function quietFor(horizonMs: number): (outlook: Outlook) => number {
  return ({ probability }) => {
    if (probability === null) return horizonMs * YOUNG_SHARE;
    if (probability < STILL_PROBABILITY) return horizonMs * STILL_SHARE;
    if (probability < QUIET_PROBABILITY) return horizonMs * QUIET_SHARE;
    return probability < CALM_PROBABILITY ? horizonMs * CALM_SHARE : 0;
  };
}

function keyOf(resource: Resource, horizonMs: number, target?: Target): string {
  const limit = `${resource} ${horizonMs}`;
  return target ? `${limit} ${JSON.stringify(target)}` : limit;
}

/** The answer that is known, while it is fresh; else a new one. */
function fresh<Answer>(
  known: Map<string, Cached<Answer>>,
  key: string,
  since: number,
  at: number,
  keptMs: (answer: Answer) => number,
  work: () => Answer | null,
): Answer | null {
  const cached = known.get(key);
  const isFresh = cached?.answer && cached.since === since && at >= cached.at;
  if (isFresh && (at === cached.at || at - cached.at < keptMs(cached.answer))) return cached.answer;
  const answer = work();
  // Nothing known is soon over: the first limit or sample must be seen at once.
  if (answer !== null) known.set(key, { at, since, answer });
  return answer;
}
