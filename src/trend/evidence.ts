import { formatBytes, formatDuration } from '../telemetry/index.js';
import type { Levels } from './levels.js';
import type { Growth, Resource, Shape } from './outlook.js';
import type { Precedents } from './warm-ups.js';
import type { Candidate } from './weigh.js';

/** What the sentences are made from, kept until somebody reads them: nothing that the next forecast overwrites, and little memory. */
export interface Findings {
  readonly signal: Resource;
  readonly now: number;
  readonly effectiveLimit: number;
  readonly growth: Growth | null;
  readonly shape: Shape;
  readonly isExpected: boolean;
  /** Of the heaviest candidate. */
  readonly heaviest: Shape;
  readonly weight: number;
  readonly belief: number;
  /** Where it ends, bytes; NaN unless it is one that saturates. */
  readonly ceiling: number;
  /** Rates of requests now and at the limit, a ms; null where traffic is not the reason. */
  readonly traffic: { readonly now: number; readonly needed: number } | null;
  /** Bytes of each request that stay; NaN unless growth by requests foretells best. */
  readonly perRequest: number;
  readonly floors: number;
  readonly rho: number;
  /** How many others of its pool are climbing. */
  readonly climbing: number;
  /** Earlier start-ups like the present one. */
  readonly warmUps: Precedents;
  /** How many planned lives came before. */
  readonly planned: number;
  readonly span: number;
  /** The limit is beyond the reach of all that was seen. */
  readonly isOutOfReach: boolean;
}

/** A shape with this much of the weight is what a quiet node is told to do. */
const TELLING = 0.35;

/** What the candidates have to say; `goal` is the level that must be reached, bytes, and `span` the length of the stretch, ms. */
export function findingsOf(
  candidates: readonly Candidate[],
  goal: number,
  { floors, rho }: Levels,
  span: number,
) {
  const { shape, weight, belief, fit } = heaviest(candidates);
  const load = candidates.find((each) => each.shape === 'load-driven' && each.weight > TELLING / 2);
  const ceiling = shape === 'saturating' ? fit.level(ENOUGH_STRETCHES, 0) : Number.NaN;
  return {
    heaviest: shape,
    weight,
    belief,
    ceiling,
    traffic: load?.fit.traffic?.(goal) ?? null,
    perRequest: (fit.perRequest ?? Number.NaN) / span,
    floors,
    rho,
  };
}

/** The words of an outlook: made when they are first read, since hardly any are. */
export class Words {
  readonly #findings: Findings;
  readonly #more: string[] = [];
  #sentences: readonly string[] | undefined;

  constructor(findings: Findings) {
    this.#findings = findings;
  }

  /** Adds a sentence at the end; before they are read. */
  add(sentence: string): void {
    this.#more.push(sentence);
  }

  read(): readonly string[] {
    this.#sentences ??= [...tellEvidence(this.#findings), ...this.#more];
    return this.#sentences;
  }
}

/** Sentences for people, the strongest first: why a breach is expected, or why none is. */
function tellEvidence(findings: Findings): string[] {
  const { signal, now, effectiveLimit, growth, shape, isExpected, traffic, climbing, floors } = findings;
  const { perRequest } = findings;
  const sentences = isExpected ? warmedUp(findings.warmUps) : [whyNot(findings)];
  const what = signal === 'heap' ? 'live heap' : 'memory that stays resident';
  if (growth) sentences.push(`${what} ${grows(growth)}, ${shape}`);
  if (perRequest > 0 && isExpected) sentences.push(`about ${formatBytes(perRequest)} of every request stay`);
  else if (traffic && isExpected) {
    sentences.push(
      `follows traffic: at ${perSecond(traffic.needed)} requests a second the limit is reached, ${perSecond(traffic.now)} now`,
    );
  }
  if (climbing > 1 && isExpected)
    sentences.push(`${climbing} others of its pool and version are climbing, too`);
  if (floors > 0) {
    const share = Math.round(findings.rho * 100);
    sentences.push(`${floors} collections seen; about ${share} % of what is allocated between them stays`);
  }
  const used = Math.round((100 * now) / effectiveLimit);
  sentences.push(`${formatBytes(now)} in use of ${formatBytes(effectiveLimit)} (${used} %)`);
  return sentences;
}

function grows({ perHour, low, high }: Growth): string {
  return `grows ${formatBytes(perHour)} per hour (${formatBytes(low)} to ${formatBytes(high)})`;
}

/** What a node does that is not expected to reach its limit. */
function whyNot(findings: Findings): string {
  const { effectiveLimit, growth, heaviest: shape, ceiling, planned, warmUps } = findings;
  const mayBeLevel = growth !== null && growth.low <= 0;
  const [warmedUpBefore] = findings.isOutOfReach || mayBeLevel ? [] : warmedUp(warmUps);
  if (warmedUpBefore !== undefined) return warmedUpBefore;
  if (findings.weight >= TELLING && shape === 'saturating')
    return `warm-up, saturating at about ${Math.round(100 * (ceiling / effectiveLimit))} % of the limit`;
  if (findings.weight >= TELLING && shape === 'periodic')
    return 'comes and goes, and its crests stay below the limit';
  if (findings.weight >= TELLING && shape === 'load-driven')
    return 'goes with traffic, which is not on its way to where the limit is';
  if (findings.belief < 1) return 'climbs like this one were released again before';
  const isLevel = growth === null || growth.low <= 0;
  if (isLevel && findings.floors > 1) return 'sawtooth, floor flat';
  if (planned > 0 && !isLevel) return `${planned} processes before were restarted before they came that far`;
  if (findings.isOutOfReach) return 'the limit is out of reach of anything seen so far';
  if (isLevel) return `level for ${formatDuration(findings.span)}`;
  return 'grows, but has not come far enough to be believed';
}

function warmedUp({ count, share }: Precedents): string[] {
  if (count === 0) return [];
  const who = count === 1 ? 'a process' : `${count} processes`;
  return [
    `${who} of this version warmed up like this and settled at about ${Math.round(100 * share)} % of the limit`,
  ];
}

/** So many stretches ahead a saturating curve is at its ceiling. */
const ENOUGH_STRETCHES = 20;

function heaviest(candidates: readonly Candidate[]): Candidate {
  return candidates.reduce((best, candidate) => (candidate.weight > best.weight ? candidate : best));
}

/** The shape that has most of the weight, all of its variants together; of two that have as much, the first. */
export function heaviestShape(candidates: readonly Candidate[]): Shape {
  let best: Shape = 'unknown';
  let most = 0;
  for (const { shape } of candidates) {
    const weight = weightOf(candidates, shape);
    if (weight > most) {
      best = shape;
      most = weight;
    }
  }
  return best;
}

/** The weight of a shape, all of its variants together. */
export function weightOf(candidates: readonly Candidate[], shape: Shape): number {
  let weight = 0;
  for (const candidate of candidates) if (candidate.shape === shape) weight += candidate.weight;
  return weight;
}

/** Requests a ms as requests a second. */
function perSecond(rate: number): string {
  const value = rate * 1000;
  return value >= 10 ? value.toFixed(0) : value.toPrecision(2);
}
