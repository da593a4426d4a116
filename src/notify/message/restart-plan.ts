import type { AlertNews } from '../../alert/index.js';

/** So long a restart takes at most: draining, starting, being ready again. */
const RESTART_AT_MOST_MS = 5 * 60_000;
const RESTART_AT_LEAST_MS = 10_000;
/** A forecast of a minute is of processes that start in seconds. */
const HORIZON_SHARE = 24;
/** At most one in so many of the alerting nodes is taken out at once; of the whole pool that is less. */
const ONE_IN = 4;

/** What a plan must know of an alert. */
export type Threat = Pick<AlertNews, 'state' | 'kind' | 'node' | 'outlook'>;

/** One batch that is restarted together. Times are unix ms. */
export interface RestartStep {
  readonly nodes: readonly string[];
  /** The latest start with which this batch and all after it are done before the early end of their ranges. */
  readonly startBy: number;
}

export interface RestartPlan {
  readonly atATime: number;
  /** How long one restart is reckoned to take, ms. */
  readonly restartMs: number;
  readonly steps: readonly RestartStep[];
  /** Nodes whose turn comes too late even so, in order. */
  readonly late: readonly string[];
}

/**
 * Which nodes to restart first and by when: the earliest deadline first, the deadline being the p10 of the time of the breach,
 * as few at a time as will do. Earliest deadline first is optimal for jobs of one length (Jackson's rule).
 *
 * @param at unix ms, the earliest start
 * @returns undefined for fewer than two nodes that a restart would help
 */
export function planRestarts(alerts: readonly Threat[], at: number): RestartPlan | undefined {
  const deadlines = deadlinesOf(alerts);
  if (deadlines.length < 2) return undefined;
  const restartMs = restartTimeOf(alerts);
  const most = Math.max(1, Math.floor(deadlines.length / ONE_IN));
  const atATime = fewestInTime(most, (count) => lateOf(deadlines, count, at, restartMs).length === 0);
  const batches: (typeof deadlines)[] = [];
  for (let i = 0; i < deadlines.length; i += atATime) batches.push(deadlines.slice(i, i + atATime));
  let next = Number.POSITIVE_INFINITY;
  const steps = batches
    .reverse()
    .map((batch) => {
      next = Math.min(batch[0].deadline, next) - restartMs;
      return { nodes: batch.map(({ node }) => node), startBy: next };
    })
    .reverse();
  const late = lateOf(deadlines, atATime, at, restartMs).map(({ node }) => node);
  return { atATime, restartMs, steps, late };
}

/** The least count from 1 to `most` that will do, or `most`; more never does worse, so it can be halved towards. */
function fewestInTime(most: number, isInTime: (count: number) => boolean): number {
  let [low, high] = [1, most];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (isInTime(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}

interface Deadline {
  readonly node: string;
  readonly deadline: number;
}

/** The deadline of each node that a restart helps, the earliest first. A restart is no cure for traffic. */
function deadlinesOf(alerts: readonly Threat[]): Deadline[] {
  const byNode = new Map<string, number>();
  for (const { state, kind, node, outlook } of alerts) {
    const deadline = outlook?.breachP10 ?? outlook?.breachP50;
    if (state !== 'firing' || kind !== 'forecast' || node === '' || deadline == null) continue;
    if (outlook?.cause === 'load' || outlook?.cause === 'gc') continue;
    byNode.set(node, Math.min(deadline, byNode.get(node) ?? Number.POSITIVE_INFINITY));
  }
  return [...byNode]
    .map(([node, deadline]) => ({ node, deadline }))
    .sort((a, b) => a.deadline - b.deadline || (a.node < b.node ? -1 : 1));
}

function restartTimeOf(alerts: readonly Threat[]): number {
  const shortest = alerts.reduce(
    (least, { outlook }) => Math.min(least, outlook?.horizonMs ?? least),
    Number.POSITIVE_INFINITY,
  );
  return Math.max(RESTART_AT_LEAST_MS, Math.min(RESTART_AT_MOST_MS, shortest / HORIZON_SHARE));
}

function lateOf(deadlines: readonly Deadline[], atATime: number, at: number, restartMs: number): Deadline[] {
  return deadlines.filter(({ deadline }, i) => at + (Math.floor(i / atATime) + 1) * restartMs > deadline);
}
