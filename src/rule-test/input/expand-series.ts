import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { SegmentFault } from './parse-segment.js';
import { type Bend, type Length, unroll, type Values, type Written } from './segment.js';

/** A series as it will be sent. Times are ms since the test began. */
export interface Series {
  readonly points: readonly (readonly [number, number])[];
  readonly restarts: readonly { readonly at: number; readonly version: string | undefined }[];
  /** When the sample after the last one would be due; where the endless rest begins. */
  readonly end: number;
  /** Gives one value after the other of a series without an end; undefined where it has one. */
  readonly rest: (() => number) | undefined;
}

/** More samples than these in one series are a slip: a year at 15 s has two million. */
const MOST_SAMPLES = 3_000_000;

/**
 * The samples of a series. `x N` gives N samples, the first one `interval` after the last of the segment before; the
 * very first at 0. The same seed gives the same noise.
 * @param intervalMs the time between two samples where a segment gives none
 * @throws SegmentFault where it cannot be sent: below zero, not a whole number of samples, something after its end
 */
export function expandSeries(written: Written, intervalMs: number, seed: string): Series {
  const segments = unroll(written);
  const random = seededRandom(seed);
  const points: [number, number][] = [];
  const restarts: { at: number; version: string | undefined }[] = [];
  let at = 0;
  let last: number | undefined;
  for (const [index, segment] of segments.entries()) {
    if (segment.kind === 'restart') {
      restarts.push({ at, version: segment.version });
      continue;
    }
    const count = samplesOf(segment.length, segment.everyMs ?? intervalMs);
    if (count !== undefined && points.length + count > MOST_SAMPLES)
      throw new SegmentFault(
        `it has more than ${MOST_SAMPLES} samples`,
        'write a shorter one, or a longer interval',
      );
    if (segment.kind === 'gap') {
      at += (count ?? 0) * (segment.everyMs ?? intervalMs);
      continue;
    }
    const value = valuesOf(segment, last, count);
    const noisy = (i: number) =>
      Math.max(0, value(i) + (segment.noise && segment.noise * (2 * random() - 1)));
    if (count === undefined) return openEnded(index, segments.length, { points, restarts, end: at }, noisy);
    for (let i = 0; i < count; i++, at += segment.everyMs ?? intervalMs) points.push([at, noisy(i)]);
    last = value(count - 1);
    if (last < -1e-6) throw belowZero(value, count);
  }
  return { points, restarts, end: at, rest: undefined };
}

function openEnded(
  index: number,
  length: number,
  series: Omit<Series, 'rest'>,
  value: (i: number) => number,
): Series {
  if (index < length - 1)
    throw new SegmentFault(
      'only the last segment may go on without an end',
      'add x 240, or for 1h, to the others',
    );
  let i = 0;
  return { ...series, rest: () => value(i++) };
}

function samplesOf(length: Length, everyMs: number): number | undefined {
  if (length === undefined) return undefined;
  if ('samples' in length) return length.samples;
  const count = length.ms / everyMs;
  if (Number.isInteger(count)) return count;
  const message = `${length.ms / 1000} s are not a whole number of samples of ${everyMs / 1000} s`;
  throw new SegmentFault(message, `write a multiple of ${everyMs / 1000} s, or x COUNT`);
}

/** The value of each sample of a segment, before noise, by its place from 0 on. */
function valuesOf(
  { from, step, to, bend }: Values,
  last: number | undefined,
  count: number | undefined,
): (i: number) => number {
  const begin = from ?? last;
  if (begin === undefined)
    throw new SegmentFault('the first segment needs a value to begin with', 'write the value before + or to');
  // What goes on from the segment before takes its first step at once.
  const lead = from === undefined ? 1 : 0;
  if (to === undefined) return (i) => begin + step * (i + lead);
  const steps = Math.max(1, (count ?? 0) - 1 + lead);
  return (i) => begin + (to - begin) * bent((i + lead) / steps, bend);
}

/** The share of the way that is done after a share of the time: e-folds by four on the whole way. */
function bent(share: number, bend: Bend): number {
  if (bend === 'saturating') return (1 - Math.exp(-4 * share)) / (1 - Math.exp(-4));
  return bend === 'accelerating' ? Math.expm1(4 * share) / Math.expm1(4) : share;
}

function belowZero(value: (i: number) => number, count: number): SegmentFault {
  let first = 0;
  while (first < count && value(first) >= 0) first++;
  return new SegmentFault(
    `it falls below zero at its sample ${first + 1}`,
    'end it before, or make the step smaller',
  );
}

/** Numbers from 0 to below 1, the same ones for the same text. */
function seededRandom(seed: string): () => number {
  // FNV-1a: any text as 32 bits.
  let hash = 0x811c9dc5;
  for (const character of seed) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
  const generator = xoroshiro128plus(hash);
  return () => uniformFloat64(generator);
}
