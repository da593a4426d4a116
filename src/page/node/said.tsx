import { useEffect, useState } from 'preact/hooks';
import type { SaidForecastShape, SaidShape, SeriesShape } from '../../serve/node-shapes.js';
import { setQuery } from '../kit/router.js';
import { useAnswer } from '../kit/use-answer.js';
import { formatBytes, formatDuration, formatExactly, formatShare, formatTime } from '../kit/words.js';
import { ErrorNote } from '../parts/notes.js';
import type { Range } from './range.js';
import { highOf, type Level, SIGNALS_OF } from './series.js';

/** Between two questions while the slider moves. */
const CALM_MS = 120;
const STEPS = 600;

/** The forecast of a moment in the past; undefined before it is known, and where no moment is chosen. */
export function useSaid(node: string, moment: number | null) {
  const calm = useCalm(moment);
  const path =
    calm === null
      ? null
      : `nodes/${encodeURIComponent(node)}/forecasts?at=${Math.round(calm)}&recompute=true`;
  return useAnswer<SaidShape>(path, [], { scope: `said ${node}` });
}

interface SaidProps {
  readonly level: Level;
  readonly moment: number | null;
  readonly range: Range;
  readonly now: number;
  readonly series: SeriesShape | undefined;
  readonly answered: ReturnType<typeof useSaid>;
}

/** What did we say then: a moment is chosen, and the forecast as it stood is put beside what came. */
export function Said({ level, moment, range, now, series, answered }: SaidProps) {
  const { answer, fault } = answered;
  const [from, to] = [range.from, Math.min(range.to, now)];
  const step = Math.max(1000, Math.round((to - from) / STEPS / 1000) * 1000);
  const at = moment ?? to;
  const isBusy = moment !== null && answer?.at !== Math.round(moment);
  const said = moment === null ? undefined : answer?.limits.find(({ signal }) => signal === level);
  return (
    <section class="card said" aria-labelledby="said-title">
      <h2 id="said-title">What did we say then?</h2>
      <div class="said-wish">
        <label for="moment">Moment</label>
        <input
          id="moment"
          type="range"
          min={from}
          max={Math.max(to, from + step)}
          step={step}
          value={at}
          aria-valuetext={formatExactly(at)}
          onInput={({ currentTarget }) => setQuery({ at: currentTarget.value })}
        />
        <output for="moment" class="said-time">
          {moment === null ? 'move it' : formatTime(moment, now)}
        </output>
        <button
          type="button"
          class="plain"
          disabled={moment === null}
          title={moment === null ? 'No moment is chosen.' : undefined}
          onClick={() => setQuery({ at: null })}
        >
          Clear
        </button>
      </div>
      {fault && <ErrorNote fault={fault} />}
      <div class="said-words" aria-live="polite" aria-busy={isBusy}>
        {moment === null ? (
          <p class="quiet">
            Move the slider to see the forecast as it stood at a past moment, against what came.
          </p>
        ) : said ? (
          <SaidWords said={said} level={level} series={series} now={now} />
        ) : isBusy ? (
          <p class="quiet">Asking …</p>
        ) : (
          <p>
            Nothing could be said of the {SIGNALS_OF[level].name} at {formatTime(moment, now)}: no samples
            just before it, or no limit known.
          </p>
        )}
      </div>
    </section>
  );
}

interface SaidWordsProps {
  readonly said: SaidForecastShape;
  readonly level: Level;
  readonly series: SeriesShape | undefined;
  readonly now: number;
}

function SaidWords({ said, level, series, now }: SaidWordsProps) {
  const { said_at, source, probability, horizon_s, breach_p10, breach_p50, breach_p90, cause } = said;
  const within = formatDuration(horizon_s * 1000);
  const time = (at: number | null) => (at === null ? 'later' : formatTime(at, now));
  return (
    <>
      <p>
        <strong>At {formatTime(said_at, now)}:</strong> {formatBytes(said.now)} of {formatBytes(said.limit)},{' '}
        {probability === null
          ? 'too little history to say more'
          : `${formatShare(probability)} to reach the limit within ${within}`}
        {breach_p50 === null
          ? '; no breach expected.'
          : `; breach at ${time(breach_p50)}, from ${time(breach_p10)} to ${time(breach_p90)}${cause ? `, cause ${cause}` : ''}.`}
      </p>
      <p>
        <strong>What came:</strong> {series ? whatCame(said, level, series, now) : '…'}
      </p>
      <p class="quiet">
        {source === 'kept'
          ? 'As it was kept then.'
          : 'None was kept of then: worked out again from the history of this node alone, by the models and rules of today.'}
      </p>
    </>
  );
}

/** What became of a forecast, as far as the chart shows it. */
function whatCame(said: SaidForecastShape, level: Level, series: SeriesShape, now: number): string {
  const { said_at, limit, horizon_s, breach_p10, breach_p50, breach_p90 } = said;
  const due = said_at + Math.max(horizon_s * 1000, (breach_p90 ?? 0) - said_at);
  const use = highOf(series, SIGNALS_OF[level].use);
  const reached = series.time.find(
    (time, i) => time > said_at && time <= due && (use[i] ?? 0) >= limit * 0.995,
  );
  const restart = series.marks.find(
    ({ at, what }) => at > said_at && at <= due && (what === 'restart' || what === 'version'),
  );
  if (reached !== undefined && !(restart && restart.at < reached)) {
    if (breach_p50 === null)
      return `the limit was reached at ${formatTime(reached, now)}, which was not expected.`;
    const off = reached - breach_p50;
    const isInside = reached >= (breach_p10 ?? 0) && reached <= (breach_p90 ?? Number.POSITIVE_INFINITY);
    const apart = `${formatDuration(Math.abs(off))} ${off < 0 ? 'before' : 'after'} the middle of the range`;
    return `the limit was reached at ${formatTime(reached, now)}, ${apart}, ${isInside ? 'inside' : 'outside'} it.`;
  }
  if (restart) {
    return `the process was replaced at ${formatTime(restart.at, now)}, before the limit was reached.`;
  }
  if (due > now) return `not over yet; it falls due at ${formatTime(due, now)}.`;
  if (due > series.to) return 'it falls due after the end of this chart; show a later range.';
  return breach_p50 === null
    ? 'the limit was not reached, as expected.'
    : 'the limit was not reached in the time that was named.';
}

/** A value once it has stayed for a moment. */
function useCalm(value: number | null): number | null {
  const [calm, setCalm] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setCalm(value), CALM_MS);
    return () => clearTimeout(timer);
  }, [value]);
  return value === null ? null : calm;
}
