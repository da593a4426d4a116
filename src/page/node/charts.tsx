import { useCallback } from 'preact/hooks';
import type { SaidForecastShape, SeriesShape } from '../../serve/node-shapes.js';
import type { AlertShape } from '../../serve/shapes.js';
import { formatDuration, formatTime } from '../kit/words.js';
import { LowerCharts } from './lower-charts.js';
import { MemoryChart, type Picture } from './memory-chart.js';
import { pan, type Range, showRange, showSpan, spanOf, zoom } from './range.js';
import { Readout } from './readout.js';
import type { Level } from './series.js';

interface ChartsProps {
  readonly level: Level;
  readonly series: SeriesShape;
  /** Whether these are the series of the range; false while those are on their way. */
  readonly isAsked: boolean;
  readonly range: Range;
  readonly picture: Picture | undefined;
  readonly said: SaidForecastShape | undefined;
  readonly alerts: readonly AlertShape[];
  readonly lastSeen: number | null;
  readonly now: number;
  readonly moment: number | null;
}

/** A forecast takes at most this share of a range that ends now, and at least so much where there is one. */
const MOST_AHEAD = 0.6;

/** All charts of a node on one axis of time; keys move and zoom it as the buttons do. */
export function Charts(props: ChartsProps) {
  const { level, series, isAsked, range, picture, said, alerts, lastSeen, now, moment } = props;
  const onRange = useCallback((from: number, to: number) => showRange(from, to), []);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const act = KEYS[event.key];
    if (!act) return;
    event.preventDefault();
    act(range, now);
  };
  const future = Math.max(picture?.to ?? 0, said?.cone.at(-1)?.[0] ?? 0);
  const end = range.isLive
    ? Math.max(range.to, Math.min(future, range.to + spanOf(range) * MOST_AHEAD))
    : range.to;
  const shown = [range.from / 1000, end / 1000] as const;
  const isEmpty = isAsked && series.time.length === 0;
  return (
    <section
      class="charts"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: it takes keys, as its label says.
      tabIndex={0}
      aria-label="Charts. Left and right move, plus and minus zoom, Home goes to now."
      aria-busy={!isAsked}
      onKeyDown={onKeyDown}
    >
      <Readout
        level={level}
        series={series}
        picture={picture}
        said={said}
        rest={moment ?? Math.min(now, range.to)}
      />
      {isEmpty && <Nothing lastSeen={lastSeen} now={now} />}
      <MemoryChart
        level={level}
        series={series}
        picture={picture}
        said={said}
        alerts={alerts}
        range={shown}
        now={now}
        moment={moment}
        onRange={onRange}
      />
      <LowerCharts series={series} range={shown} onRange={onRange} />
      <p class="quiet">
        {series.step_ms === 0
          ? 'Every sample is drawn.'
          : `A point stands for ${formatDuration(series.step_ms)}, with the lowest and the highest of it.`}{' '}
        Drag over a chart to zoom in.
      </p>
    </section>
  );
}

const KEYS: Readonly<Record<string, (range: Range, now: number) => void>> = {
  ArrowLeft: (range, now) => pan(range, -0.25, now),
  ArrowRight: (range, now) => {
    if (!range.isLive) pan(range, 0.25, now);
  },
  '+': (range) => zoom(range, 2),
  '=': (range) => zoom(range, 2),
  '-': (range) => zoom(range, 1 / 2),
  Home: (range) => showSpan(`${Math.round(spanOf(range) / 1000)}s`),
};

function Nothing({ lastSeen, now }: { readonly lastSeen: number | null; readonly now: number }) {
  return (
    <p role="status">
      No samples in this range.{' '}
      {lastSeen !== null && (
        <>
          The newest is of {formatTime(lastSeen, now)}.{' '}
          <button
            type="button"
            class="plain"
            onClick={() => showRange(lastSeen - 3_600_000, lastSeen + 60_000)}
          >
            Show the hour before it
          </button>
        </>
      )}
    </p>
  );
}
