import {
  CANONICAL,
  COLUMN,
  SIGNAL_FACTS,
  type Signal,
  type SignalFacts,
  type Source,
} from '../../telemetry/index.js';
import { ruleOf, type ValueRule } from '../signal-value.js';
import type { ReadHow } from './schema.js';

/** What becomes of one field: the signal, and how its value follows from the field's. */
export interface Target {
  readonly signal: Signal;
  readonly column: number;
  readonly kind: SignalFacts['kind'];
  readonly rule: ValueRule;
  readonly multiply: number;
  readonly divide: number;
  /** A plain number, with nothing but a factor: stored as it is read. Everything else waits for the line's end. */
  readonly isPlain: boolean;
  /** Nothing but a factor, though it may be a part of a sum or of a choice. */
  readonly isSimple: boolean;
  readonly how: ReadHow;
  /** Of several fields for one signal the lowest rank wins; among equal ranks the lowest value. */
  readonly rank: number;
  readonly source: Source;
  /** What it is called where it comes from, for people. */
  readonly metric: string;
  readonly sum: SumRule | undefined;
}

/** How several series of one node make one signal. */
export interface SumRule {
  /** The same for all that are summed. */
  readonly id: string;
  /** Labels that tell the parts apart; all of them where it is undefined. */
  readonly over: readonly string[] | undefined;
  /** Put before the labels' values; of two metrics that are summed each has its own. */
  readonly part: string;
  /** Without so many parts there is no sum. */
  readonly least: number;
}

export interface TargetOptions {
  readonly how?: ReadHow | undefined;
  readonly rank?: number | undefined;
  readonly source?: Source | undefined;
  readonly metric?: string | undefined;
  readonly sum?: SumRule | undefined;
}

/** [multiply, divide]: seconds or bytes in one of the unit. Dividing by a power of ten is exact where multiplying is not. */
const SCALES: Readonly<Record<string, readonly [number, number]>> = {
  ns: [1, 1e9],
  us: [1, 1e6],
  ms: [1, 1e3],
  percent: [1, 100],
  kB: [1e3, 1],
  MB: [1e6, 1],
  GB: [1e9, 1],
  KiB: [2 ** 10, 1],
  MiB: [2 ** 20, 1],
  GiB: [2 ** 30, 1],
};

const PLAIN: ReadHow = { as: 'value', none: [] };

export function makeTarget(signal: Signal, options: TargetOptions = {}): Target {
  const { how = PLAIN, rank, sum, source = CANONICAL[COLUMN[signal]], metric = signal } = options;
  const [multiply, divide] = scaleOf(how.unit);
  const isTest = how.equals !== undefined || how.above !== undefined || how.between !== undefined;
  const isSimple = !isTest && how.none.length === 0;
  const isPlain = isSimple && !sum && how.as === 'value' && how.times === undefined && rank === undefined;
  const { kind } = SIGNAL_FACTS[signal];
  return {
    signal,
    column: COLUMN[signal],
    kind,
    rule: ruleOf(signal),
    multiply,
    divide,
    isPlain,
    isSimple,
    how,
    rank: rank ?? 0,
    source,
    metric,
    sum,
  };
}

/** UCUM and OpenMetrics units as ours. */
const UNIT_NAMES: Readonly<Record<string, ReadHow['unit']>> = {
  By: 'B',
  KiBy: 'KiB',
  MiBy: 'MiB',
  GiBy: 'GiB',
  kBy: 'kB',
  MBy: 'MB',
  GBy: 'GB',
  bytes: 'B',
  seconds: 's',
  milliseconds: 'ms',
  microseconds: 'us',
  nanoseconds: 'ns',
};
const TIMES: ReadonlySet<string> = new Set(['ns', 'us', 'ms', 's']);

/** The target as a sender's unit field has it; unchanged where that says nothing, or what cannot be of this signal. */
export function withUnit(target: Target, unit: string | undefined): Target {
  const ours = unit === undefined ? undefined : (UNIT_NAMES[unit] ?? (unit as ReadHow['unit']));
  const isTime = target.column === COLUMN.gc_pause_total || target.column === COLUMN.start_time;
  const isBytes = SIGNAL_FACTS[target.signal].unit === 'bytes';
  const isSize =
    ours === 'B' || (ours !== undefined && ours in SCALES && !TIMES.has(ours) && ours !== 'percent');
  const fits =
    ours !== undefined && ((isTime && TIMES.has(ours)) || (isBytes && isSize && !target.how.times));
  const [multiply, divide] = scaleOf(ours);
  // The same object for all series of a metric, where it can be: it is looked at with each of their samples.
  if (!fits || (multiply === target.multiply && divide === target.divide)) return target;
  return { ...target, how: { ...target.how, unit: ours }, multiply, divide };
}

function scaleOf(unit: ReadHow['unit']): readonly [number, number] {
  return SCALES[unit ?? ''] ?? [1, 1];
}

/**
 * The signal's value from a field's. Undefined where the field says that there is none; NaN where it is of a type
 * that cannot be read so.
 */
export function readValue(target: Target, found: number | string | boolean): number | undefined {
  // Nearly all of them.
  if (target.isSimple && typeof found === 'number') return (found * target.multiply) / target.divide;
  const { how } = target;
  if (how.equals !== undefined) return found === how.equals ? 1 : 0;
  const number = typeof found === 'boolean' ? Number(found) : found;
  if (typeof number === 'string') return Number.NaN;
  if (how.none.includes(number)) return undefined;
  if (how.above !== undefined) return number > how.above ? 1 : 0;
  if (how.between !== undefined) return number >= how.between[0] && number <= how.between[1] ? 1 : 0;
  return (number * target.multiply) / target.divide;
}
