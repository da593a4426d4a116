import type { Logger } from 'pino';
import type { Clock } from '../clock.js';
import type { History } from '../store/index.js';
import type { Registry, Rows } from '../telemetry/index.js';
import { Trend } from '../trend/index.js';
import { FILL_AGAIN_MS, tryWarmUp } from './warm-start.js';

/** What rules ask of the models. */
type Needs = ConstructorParameters<typeof Trend>[0];

export interface ModelsOptions {
  readonly history: History;
  readonly registry: Registry;
  readonly clock: Clock;
  readonly log: Logger;
  /** Called when history that could not be read before has filled another trend room for the same needs. */
  readonly onRefilled: (trend: Trend) => void;
}

/**
 * The trend room in force, and how another one takes its place: it is filled from history while the old one goes on,
 * and then sees what arrived meanwhile.
 */
export class Models {
  readonly #options: ModelsOptions;
  #needs: Needs;
  #trend: Trend;
  /** Rows that arrive while another trend room is being filled. */
  #arrivals: Rows[] | undefined;
  #cancelRefill: (() => void) | undefined;
  #isClosed = false;

  constructor(needs: Needs, options: ModelsOptions) {
    this.#options = options;
    this.#needs = needs;
    this.#trend = new Trend(needs);
  }

  get trend(): Trend {
    return this.#trend;
  }

  /** Feeds history into the room with which the service starts. Returns how many rows were fed. */
  async start(): Promise<number> {
    const { history, registry } = this.#options;
    const { rows, isWhole } = await tryWarmUp(this.#trend, history, registry, this.#options);
    if (!isWhole) this.#refillLater();
    return rows;
  }

  /** Shows the models what has arrived. The caller may go on using the rows. */
  observe(rows: Rows): void {
    this.#trend.observe(rows, this.#options.registry);
    this.#arrivals?.push(rows.copy());
  }

  /** Makes the room one that serves these needs. Gives false when a later call has taken over meanwhile. */
  async serve(needs: Needs): Promise<boolean> {
    if (this.#trend.serves(needs)) {
      // What is being filled for earlier needs is wanted no more.
      this.#arrivals = undefined;
    } else {
      const filled = await this.#fill(needs);
      if (!filled) return false;
      if (!filled.isWhole) this.#refillLater();
      this.#trend = filled.trend;
    }
    this.#needs = needs;
    return true;
  }

  close(): void {
    this.#isClosed = true;
    this.#cancelRefill?.();
  }

  /** A trend room that has seen history and what arrived meanwhile; undefined when a later one has taken over. */
  async #fill(needs: Needs): Promise<{ trend: Trend; isWhole: boolean } | undefined> {
    const { history, registry } = this.#options;
    const arrivals: Rows[] = [];
    this.#arrivals = arrivals;
    const trend = new Trend(needs);
    const { isWhole } = await tryWarmUp(trend, history, registry, this.#options);
    if (this.#arrivals !== arrivals) return undefined;
    // What arrived during the scan may be in it, too: the trend leaves out what it has seen.
    for (const rows of arrivals) trend.observe(rows, registry);
    this.#arrivals = undefined;
    return { trend, isWhole };
  }

  #refillLater(): void {
    this.#cancelRefill?.();
    this.#cancelRefill = this.#options.clock.after(FILL_AGAIN_MS, () => void this.#refill());
  }

  async #refill(): Promise<void> {
    if (this.#isClosed || this.#arrivals) return;
    const filled = await this.#fill(this.#needs);
    if (this.#isClosed) return;
    if (!filled?.isWhole) return this.#refillLater();
    this.#trend = filled.trend;
    this.#options.onRefilled(filled.trend);
  }
}
