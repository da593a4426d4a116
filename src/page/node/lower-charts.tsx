import { useCallback, useMemo } from 'preact/hooks';
import uPlot from 'uplot';
import type { SeriesShape } from '../../serve/node-shapes.js';
import { Chart } from '../parts/chart.js';
import { baseOptions, line, tint } from './chart-base.js';
import { highOf, lowOf, peakOf, rateOf } from './series.js';

interface LowerChartsProps {
  readonly series: SeriesShape;
  readonly range: readonly [number, number];
  readonly onRange: (from: number, to: number) => void;
}

const HEIGHT = 92;
const LAST_HEIGHT = 126;

/** A state holds until the next sample. */
const stepped = uPlot.paths.stepped?.({ align: 1 });
const STEPPED: uPlot.Series = stepped ? { paths: stepped } : {};

/** Collections, requests and readiness below memory, on the same axis of time; what was never sent is said, not drawn. */
export function LowerCharts({ series, range, onRange }: LowerChartsProps) {
  const times = useMemo(() => series.time.map((time) => time / 1000), [series]);
  const gc = useMemo(() => rateOf(series, 'gc_pause_total'), [series]);
  const requests = useMemo(() => rateOf(series, 'requests_total'), [series]);
  const [least, most] = [lowOf(series, 'ready'), highOf(series, 'ready')];
  const isReadySent = most.some((value) => value !== null);
  const share = useMemo(() => gc.map((value) => (value === null ? null : Math.min(1, value))), [gc]);
  const shared = { range, onRange };
  return (
    <>
      <Rate
        {...shared}
        title="Paused for collections"
        what="Share of time paused for collections"
        times={times}
        values={share}
        unit="share"
        lacks="No gc_pause_total was sent in this range."
      />
      <Rate
        {...shared}
        title="Requests a second"
        what="Requests a second"
        times={times}
        values={requests}
        unit="count"
        lacks="No requests_total was sent in this range."
      />
      <h3>Readiness</h3>
      {isReadySent ? (
        <Readiness {...shared} times={times} least={least} most={most} />
      ) : (
        <p class="quiet lacks">No ready was sent in this range.</p>
      )}
    </>
  );
}

interface RateProps extends Omit<LowerChartsProps, 'series'> {
  readonly title: string;
  readonly what: string;
  readonly times: number[];
  readonly values: (number | null)[];
  readonly unit: 'share' | 'count';
  readonly lacks: string;
}

function Rate({ title, what, times, values, unit, lacks, range, onRange }: RateProps) {
  const options = useCallback(
    () =>
      baseOptions({
        unit,
        hasTimes: false,
        onRange,
        series: [line('--live', { fill: tint('--live', 0.2) })],
      }),
    [unit, onRange],
  );
  const data = useMemo<uPlot.AlignedData>(() => [times, values], [times, values]);
  const isSent = values.some((value) => value !== null);
  const peak = peakOf(values);
  const text = unit === 'share' ? `${(peak * 100).toPrecision(2)} %` : peak.toPrecision(3);
  return (
    <>
      <h3>{title}</h3>
      {isSent ? (
        <Chart
          options={options}
          data={data}
          height={HEIGHT}
          range={range}
          label={`${what}, at most ${text} in this range.`}
        />
      ) : (
        <p class="quiet lacks">{lacks}</p>
      )}
    </>
  );
}

interface ReadinessProps extends Omit<LowerChartsProps, 'series'> {
  readonly times: number[];
  readonly least: readonly (number | null)[];
  readonly most: readonly (number | null)[];
}

function Readiness({ times, least, most, range, onRange }: ReadinessProps) {
  const options = useCallback(
    () =>
      baseOptions({
        unit: 'state',
        hasTimes: true,
        onRange,
        series: [line('--good', STEPPED), line('--danger', STEPPED)],
      }),
    [onRange],
  );
  // Where it was never unready in a stretch the second line is left out.
  const data = useMemo<uPlot.AlignedData>(
    () => [times, [...most], least.map((value, i) => (value === most[i] ? null : value))],
    [times, least, most],
  );
  const unready = least.filter((value) => value === 0).length;
  const label =
    unready === 0 ? 'Ready in all of this range.' : `Not ready at ${unready} of ${least.length} points.`;
  return <Chart options={options} data={data} height={LAST_HEIGHT} range={range} label={label} />;
}
