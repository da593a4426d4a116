import { availableParallelism } from 'node:os';
import type { Rule } from '../evaluate/index.js';
import { Problem } from '../problem.js';
import { formatDuration } from '../telemetry/index.js';
import type { Breach, HistorySource, PartOutcome } from './contract.js';
import { leadOf } from './definitions.js';
import { type Difference, differenceOf } from './difference.js';
import { runHistory } from './run.js';
import { stepOf, warmUpOf } from './step.js';
import { type SetOutcome, tallySet } from './tally.js';

export interface BacktestOptions {
  readonly source: HistorySource;
  readonly rules: readonly Rule[];
  /** The rules that these are compared with, such as those in force. */
  readonly against?: readonly Rule[];
  /** Unix ms, or counted back from the end: see `Moment`. Default: all there is. */
  readonly from?: Moment;
  readonly to?: Moment;
  /** One sample a node in this many ms; 0 for all. Default: follows from the rules. */
  readonly stepMs?: number;
  /** Which nodes, as in rules. Default: all. */
  readonly nodes?: Rule['nodes'];
  /** Threads. Default: as many as the machine has cores. */
  readonly jobs?: number;
  readonly onProgress?: (done: number) => void;
  readonly signal?: AbortSignal;
}

/** A moment in unix ms, or so long before the newest sample. */
export type Moment = { readonly at: number } | { readonly ago: number };

/** What a backtest found. Plain JSON. Times are unix ms, or ms of the trace. */
export interface BacktestResult {
  readonly source: { readonly name: string; readonly kind: HistorySource['kind'] };
  /** Stretch that was judged. */
  readonly from: number;
  readonly to: number;
  /** 0 where every sample was used. */
  readonly stepMs: number;
  readonly leadMs: number;
  readonly nodes: number;
  /** Samples that were read, the warming up of the models included. */
  readonly rows: number;
  /** Time that was watched: of traces their lengths together. */
  readonly spanMs: number;
  readonly breaches: readonly Breach[];
  readonly outcome: SetOutcome;
  /** Of the rules compared with, and what differs; null without. */
  readonly before: SetOutcome | null;
  readonly difference: Difference | null;
  /** What a reader should know of how this was made. */
  readonly notes: readonly string[];
}

/**
 * What these rules would have done over the past of a source: the live models, rules and alert states on simulated time,
 * each alert judged by what came. Ends early with the signal's reason.
 * @throws Problem bad-option when there is no history in the range; what the source throws
 */
export async function backtest(options: BacktestOptions): Promise<BacktestResult> {
  const { source, rules, against, signal = new AbortController().signal } = options;
  const all = [...rules, ...(against ?? [])];
  const isTraces = source.kind === 'traces';
  const { from, to } = await stretchOf(options, signal);
  const stepMs = isTraces ? 0 : (options.stepMs ?? stepOf(all));
  const warmUpMs = Math.max(warmUpOf(rules), against ? warmUpOf(against) : 0);
  const sets = against ? [rules, against] : [rules];
  const { parts } = await runHistory({
    source,
    sets,
    readFrom: from - warmUpMs,
    from,
    to,
    stepMs,
    nodes: options.nodes ?? {},
    jobs: options.jobs ?? availableParallelism(),
    signal,
    onDone: options.onProgress ?? (() => {}),
  });
  const rows = parts.reduce((sum, part) => sum + part.rows, 0);
  if (rows === 0) throw noHistory(options, isTraces ? '' : ` between ${iso(from)} and ${iso(to)}`);
  const breaches = parts.flatMap((part) => part.breaches).sort(byTime);
  const spanMs = isTraces ? lengthOf(parts) : to - from;
  const leadMs = leadOf(all);
  const ends = new Map(parts.map(({ world, end }) => [world, end]));
  const outcomeOf = (set: number): SetOutcome => {
    const episodes = parts.flatMap((part) => part.episodes[set]).sort(byTime);
    return tallySet(sets[set], episodes, { breaches, leadMs, spanMs, ends });
  };
  const outcome = outcomeOf(0);
  const before = against ? outcomeOf(1) : null;
  return {
    source: { name: source.name, kind: source.kind },
    from: isTraces ? Math.min(...parts.map((part) => part.begin)) : from,
    to: isTraces ? Math.max(...parts.map((part) => part.end)) : to,
    stepMs,
    leadMs,
    nodes: parts.reduce((sum, part) => sum + part.nodes, 0),
    rows,
    spanMs,
    breaches,
    outcome,
    before,
    difference:
      against && before
        ? differenceOf(breaches, { rules: against, outcome: before }, { rules, outcome })
        : null,
    notes: notesOf(stepMs, leadMs, all),
  };
}

async function stretchOf(
  options: BacktestOptions,
  signal: AbortSignal,
): Promise<{ readonly from: number; readonly to: number }> {
  const { source } = options;
  const extent = await source.extent(signal);
  if (!extent) throw noHistory(options, '');
  const { oldest, newest } = extent;
  const moment = (given: Moment | undefined, otherwise: number): number =>
    given === undefined ? otherwise : 'at' in given ? given.at : newest - given.ago;
  // The range ends before `to`, and the newest sample is in it.
  const to = Math.min(moment(options.to, newest + 1), newest + 1);
  const from = Math.max(moment(options.from, oldest), oldest);
  if (from < to) return { from, to };
  const asked = [moment(options.from, oldest), moment(options.to, newest)].map(iso).join(' to ');
  throw noHistory(options, ` in ${asked}; it has ${iso(oldest)} to ${iso(newest)}`);
}

function noHistory({ source, nodes }: BacktestOptions, where: string): Problem {
  const whose = nodes && Object.keys(nodes).length > 0 ? ' of these nodes' : '';
  return new Problem('bad-option', `${source.name} has no history${whose}${where}`, {
    cure: 'Widen --from, --to and --nodes, or name another source.',
  });
}

function iso(ms: number): string {
  return Number.isFinite(ms) ? `${new Date(ms).toISOString().slice(0, 19)}Z` : String(ms);
}

function lengthOf(parts: readonly PartOutcome[]): number {
  return Math.max(
    1,
    parts.reduce((sum, { begin, end }) => sum + Math.max(0, end - begin), 0),
  );
}

function byTime(
  a: { readonly world: string; readonly at?: number; readonly firedAt?: number },
  b: typeof a,
): number {
  if (a.world !== b.world) return a.world < b.world ? -1 : 1;
  return (a.at ?? a.firedAt ?? 0) - (b.at ?? b.firedAt ?? 0);
}

function notesOf(stepMs: number, leadMs: number, rules: readonly Rule[]): string[] {
  const notes = [`In time means at least ${formatDuration(leadMs)} before the breach.`];
  if (stepMs === 0) return [...notes, 'Every sample was used.'];
  const step = exact(stepMs);
  notes.push(
    `History was thinned to a sample a node every ${step}: alerts come up to about ${step} later than live, leads are as much shorter, and a process younger than ten samples is not forecast yet. --step 0 uses every sample.`,
  );
  if (rules.some(({ kind }) => kind === 'readiness')) {
    notes.push(`Readiness that changed and changed back within ${step} is not seen.`);
  }
  return notes;
}

/** `2 min 30 s`: other than durations for people, not rounded. */
function exact(ms: number): string {
  const minutes = Math.floor(ms / 60_000);
  const seconds = Math.round((ms % 60_000) / 100) / 10;
  const parts = [...(minutes > 0 ? [`${minutes} min`] : []), ...(seconds > 0 ? [`${seconds} s`] : [])];
  return parts.length > 0 ? parts.join(' ') : `${ms} ms`;
}
