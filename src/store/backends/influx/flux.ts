import { toFluxValue } from '@influxdata/influxdb-client';
import { SIGNALS } from '../../../telemetry/index.js';
import { armour, EARLIEST_MS, LATEST_MS, NODE_TAG, type Stretch } from '../../remote/index.js';

/** Where rows are: all that is read is of one measurement of one bucket. */
export interface Place {
  readonly bucket: string;
  readonly measurement: string;
}

const ALL = { from: EARLIEST_MS, to: LATEST_MS };

/** Every sample of a stretch, a table a series. */
export function rawQuery(place: Place, stretch: Stretch): string {
  return `${source(place, stretch)}\n  |> drop(columns: ["_start", "_stop", "_measurement"])`;
}

const SELECTORS = ['last', 'min', 'max'] as const;

/**
 * For each series and step: its last sample and, of `extremes`, the lowest and the highest. Each is a query of its own
 * that the storage answers (window and selector are pushed down to it only when nothing else uses the same source).
 * Windows begin at multiples of the step from the epoch; `window` with a selector keeps the sample's own time.
 */
export function thinnedQuery(
  place: Place,
  stretch: Stretch,
  stepMs: number,
  extremes: readonly number[],
): string {
  return SELECTORS.map((selector) => {
    const columns = selector === 'last' ? {} : { columns: extremes };
    return [
      source(place, { ...stretch, ...columns }),
      `  |> window(every: ${stepMs}ms)`,
      `  |> ${selector}()`,
      '  |> drop(columns: ["_start", "_stop", "_measurement"])',
      `  |> yield(name: "${selector}")`,
    ].join('\n');
  }).join('\n\n');
}

/** The tags of every series with the time of its newest sample. */
export function namesQuery(place: Place): string {
  return [
    source(place, ALL),
    '  |> last()',
    '  |> drop(columns: ["_start", "_stop", "_measurement", "_field", "_value"])',
    '  |> sort(columns: ["_time"], desc: true)',
    '  |> limit(n: 1)',
  ].join('\n');
}

/** Times of the oldest and the newest sample of a stretch, as two results. */
export function extentQuery(place: Place, stretch: Stretch): string {
  const end = (selector: 'first' | 'last', name: string): string =>
    [
      source(place, stretch),
      `  |> ${selector}()`,
      '  |> keep(columns: ["_time"])',
      `  |> sort(columns: ["_time"], desc: ${selector === 'last'})`,
      '  |> limit(n: 1)',
      `  |> yield(name: "${name}")`,
    ].join('\n');
  return `${end('first', 'oldest')}\n\n${end('last', 'newest')}`;
}

/** How many samples each series has. */
export function countQuery(place: Place): string {
  return [source(place, ALL), '  |> count()', `  |> keep(columns: ["${NODE_TAG}", "_field", "_value"])`].join(
    '\n',
  );
}

function source({ bucket, measurement }: Place, { from, to, nodes, columns }: Stretch): string {
  const names = columns ? columns.map((column) => SIGNALS[column]) : SIGNALS;
  return [
    `from(bucket: ${toFluxValue(bucket)})`,
    // The stop is exclusive, as with us.
    `  |> range(start: ${time(from)}, stop: ${time(to)})`,
    `  |> filter(fn: (r) => r._measurement == ${toFluxValue(measurement)})`,
    ...(nodes ? [`  |> filter(fn: (r) => ${anyOf(NODE_TAG, nodes.map(armour))})`] : []),
    // Whatever else is in the measurement, perhaps of another type, is not read.
    `  |> filter(fn: (r) => ${anyOf('_field', names)})`,
  ].join('\n');
}

function anyOf(column: string, values: readonly string[]): string {
  return values.map((value) => `r.${column} == ${toFluxValue(value)}`).join(' or ');
}

function time(ms: number): string {
  return new Date(ms).toISOString();
}
