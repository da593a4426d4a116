import { NODE_TAG } from '../../remote/line-writer.js';
import type { VictoriaClient } from './client.js';
import { seconds, selector } from './query.js';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** Beyond forty days VictoriaMetrics leaves its index of days and answers for all time. */
const MONTH_MS = 30 * DAY_MS;
/** A history that pauses for longer is taken to begin after the pause. */
const LONGEST_PAUSE_MONTHS = 24;
/** VictoriaMetrics drops rows that are stamped more than two days ahead of its clock. */
const AHEAD_MS = 3 * DAY_MS;
const LOOKBACKS_MS = [20 * MINUTE_MS, DAY_MS, 8 * DAY_MS, 40 * DAY_MS, 400 * DAY_MS];

export interface Extent {
  readonly oldest: number;
  readonly newest: number;
}

/** When history begins and ends, and how much there is of it. */
export class VictoriaExtent {
  readonly #client: VictoriaClient;
  readonly #series: string;
  readonly #now: () => number;

  constructor(client: VictoriaClient, measurement: string, now: () => number) {
    this.#client = client;
    this.#series = selector(measurement);
    this.#now = now;
  }

  /** Times of the oldest and the newest sample with `from <= time < to`, unix ms. @throws Problem store-failed */
  async extent(from: number, to: number): Promise<Extent | undefined> {
    return this.#between(Math.max(from, DAY_MS), Math.min(to, this.#now() + AHEAD_MS));
  }

  async #between(from: number, to: number): Promise<Extent | undefined> {
    if (from >= to) return undefined;
    const newest = await this.#newest(from, to);
    if (newest === undefined) return undefined;
    return { oldest: (await this.#oldest(from, newest)) ?? newest, newest };
  }

  /**
   * How many rows there are with `from <= time < to`, counted day by day: of each node the samples of the signal that it
   * reported most often, which is all rows unless its signals come at times of their own.
   * @throws Problem store-failed
   */
  async countRows(from: number, to: number): Promise<number> {
    let rows = 0;
    for (let start = from; start < to; start += DAY_MS) {
      const end = Math.min(to, start + DAY_MS);
      const samples = `count_over_time(${this.#series}[${end - start}ms]) keep_metric_names`;
      const counted = `sum(max(sum(${samples}) by (__name__,${NODE_TAG})) by (${NODE_TAG}))`;
      rows += (await this.#number(counted, end - 1)) ?? 0;
    }
    return rows;
  }

  /** Looks at what is recent first: to look at everything is slow. */
  async #newest(from: number, to: number): Promise<number | undefined> {
    const upTo = Math.min(to - 1, this.#now() + LOOKBACKS_MS[0]);
    const looks = LOOKBACKS_MS.map((lookback): [number, number] => [Math.max(from, upTo - lookback), upTo]);
    for (const [first, last] of [...looks, [from, to - 1] as const]) {
      const newest = await this.#within('max(tlast_over_time', first, last);
      if (newest !== undefined) return newest;
    }
    return undefined;
  }

  /** By the index of days, which is quick, as far as it leads; then by the samples of the oldest day. */
  async #oldest(from: number, newest: number): Promise<number | undefined> {
    let begin = newest;
    for (let month = newest, pause = 0; month >= from && pause <= LONGEST_PAUSE_MONTHS; month -= MONTH_MS) {
      if (await this.#isAnything(month - MONTH_MS, month)) {
        begin = month - MONTH_MS;
        pause = 0;
      } else pause++;
    }
    for (let day = Math.max(from, begin); day <= newest; day += DAY_MS) {
      if (!(await this.#isAnything(day, day + DAY_MS))) continue;
      const oldest = await this.#within('min(tfirst_over_time', day, day + DAY_MS);
      if (oldest !== undefined) return oldest;
    }
    return undefined;
  }

  async #isAnything(from: number, to: number): Promise<boolean> {
    const names = await this.#client.query<string[]>('/api/v1/label/__name__/values', {
      'match[]': this.#series,
      start: seconds(Math.max(0, from)),
      end: seconds(Math.max(0, to)),
    });
    return names.length > 0;
  }

  /** A time, unix ms, that a function gives of the samples from `first` to `last`, both inclusive. */
  async #within(call: string, first: number, last: number): Promise<number | undefined> {
    if (last < first) return undefined;
    const found = await this.#number(`${call}(${this.#series}[${Math.round(last - first) + 1}ms]))`, last);
    return found === undefined ? undefined : Math.round(found * 1000);
  }

  /** The one number that an instant query gives, if any. `time` is in unix ms. */
  async #number(query: string, time: number): Promise<number | undefined> {
    const { result } = await this.#client.query<{
      result: readonly { value: readonly [number, string] }[];
    }>('/api/v1/query', { query, time: seconds(time), nocache: '1' });
    const value = Number(result[0]?.value[1] ?? Number.NaN);
    return Number.isFinite(value) ? value : undefined;
  }
}
