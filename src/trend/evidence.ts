import { formatBytes, formatDuration } from '../telemetry/index.js';
import type { Levels } from './levels.js';
import type { Growth, Outlook, Shape } from './outlook.js';
import type { Candidate } from './weigh.js';

/** What the sentences are made from. */
export interface Findings {
  readonly outlook: Omit<Outlook, 'evidence'>;
  readonly levels: Levels;
  readonly candidates: readonly Candidate[];
  /** The level that must be reached, bytes. */
  readonly goal: number;
  /** How many others of its pool are climbing. */
  readonly climbing: number;
  /** How many planned lives came before. */
  readonly planned: number;
  readonly span: number;
  /** How many bytes the limit is beyond the reach of all that was seen; 0 when it is within. */
  readonly isOutOfReach: boolean;
}

/** A shape with this much of the weight is what a quiet node is told to do. */
const TELLING = 0.35;

/** Sentences for people, the strongest first: why a breach is expected, or why none is. */
export function tellEvidence(findings: Findings): string[] {
  const { outlook, levels, candidates, climbing, goal } = findings;
  const { growth, shape, signal, now, effectiveLimit, breachP50 } = outlook;
  const sentences = breachP50 === null ? whyNot(findings) : [];
  const what = signal === 'heap' ? 'live heap' : 'memory that stays resident';
  if (growth) sentences.push(`${what} ${grows(growth)}, ${shape}`);
  const load = candidates.find(
    (candidate) => candidate.shape === 'load-driven' && candidate.weight > TELLING / 2,
  );
  const traffic = load?.fit.traffic?.(goal);
  if (traffic && breachP50 !== null) {
    sentences.push(
      `follows traffic: at ${perSecond(traffic.needed)} requests a second the limit is reached, ${perSecond(traffic.now)} now`,
    );
  }
  if (climbing > 1 && breachP50 !== null)
    sentences.push(`${climbing} others of its pool and version are climbing, too`);
  if (levels.floors > 0) {
    const share = Math.round(levels.rho * 100);
    sentences.push(
      `${levels.floors} collections seen; about ${share} % of what is allocated between them stays`,
    );
  }
  const used = Math.round((100 * now) / effectiveLimit);
  sentences.push(`${formatBytes(now)} in use of ${formatBytes(effectiveLimit)} (${used} %)`);
  return sentences;
}

function grows({ perHour, low, high }: Growth): string {
  return `grows ${formatBytes(perHour)} per hour (${formatBytes(low)} to ${formatBytes(high)})`;
}

/** What a node does that is not expected to reach its limit. */
function whyNot({ outlook, levels, candidates, planned, span, isOutOfReach }: Findings): string[] {
  const { effectiveLimit, growth } = outlook;
  const { shape, weight, fit, belief } = heaviest(candidates);
  if (weight >= TELLING && shape === 'saturating') {
    const ceiling = fit.level(ENOUGH_STRETCHES, 0) / effectiveLimit;
    return [`warm-up, saturating at about ${Math.round(100 * ceiling)} % of the limit`];
  }
  if (weight >= TELLING && shape === 'periodic')
    return ['comes and goes, and its crests stay below the limit'];
  if (weight >= TELLING && shape === 'load-driven')
    return ['goes with traffic, which is not on its way to where the limit is'];
  if (belief < 1) return ['climbs like this one were released again before'];
  const isLevel = growth === null || growth.low <= 0;
  if (isLevel && levels.floors > 1) return ['sawtooth, floor flat'];
  if (planned > 0 && !isLevel)
    return [`${planned} processes before were restarted before they came that far`];
  if (isOutOfReach) return ['the limit is out of reach of anything seen so far'];
  if (isLevel) return [`level for ${formatDuration(span)}`];
  return ['grows, but has not come far enough to be believed'];
}

/** So many stretches ahead a saturating curve is at its ceiling. */
const ENOUGH_STRETCHES = 20;

function heaviest(candidates: readonly Candidate[]): Candidate {
  return candidates.reduce((best, candidate) => (candidate.weight > best.weight ? candidate : best));
}

/** The shape that has most of the weight, all of its variants together. */
export function heaviestShape(candidates: readonly Candidate[]): Shape {
  const weights = new Map<Shape, number>();
  for (const { shape, weight } of candidates) weights.set(shape, (weights.get(shape) ?? 0) + weight);
  let best: Shape = 'unknown';
  let most = 0;
  for (const [shape, weight] of weights) {
    if (weight > most) {
      best = shape;
      most = weight;
    }
  }
  return best;
}

/** Requests a ms as requests a second. */
function perSecond(rate: number): string {
  const value = rate * 1000;
  return value >= 10 ? value.toFixed(0) : value.toPrecision(2);
}
