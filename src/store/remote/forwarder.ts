import type { Logger } from 'pino';
import type { Clock } from '../../clock.js';
import type { DurableQueue, Waiting } from './durable-queue.js';
import { RemoteFault } from './fault.js';
import type { RemoteMetrics } from './metrics.js';
import type { SetAside } from './set-aside.js';

export interface ForwarderOptions {
  readonly queue: DurableQueue;
  /** Sends lines; resolves when the database has them. @throws RemoteFault; anything else counts as unavailable */
  readonly send: (lines: string) => Promise<void>;
  /** Called with what the database has taken, before the queue forgets it. */
  readonly onSent?: (records: readonly Waiting[], lines: string) => void;
  readonly setAside: SetAside;
  readonly clock: Clock;
  /** Between 0 and 1; spreads retries. */
  readonly random: () => number;
  readonly log: Logger;
  readonly metrics: RemoteMetrics;
}

/** Rows of one request: InfluxDB advises 5,000 lines. */
const BATCH_ROWS = 5000;
/** A batch that cannot be read is halved so often in search of the bad line: enough for two among the lines of a batch. */
const MOST_HALVINGS = 32;
const FIRST_RETRY_MS = 1000;
const LAST_RETRY_MS = 60_000;
/** What a database asks for is kept to, within reason. */
const LONGEST_WAIT_MS = 15 * 60_000;

export interface ForwarderState {
  readonly state: 'up to date' | 'sending' | 'waiting' | 'blocked';
  /** Why the last try failed; undefined after one that did not. */
  readonly reason: string | undefined;
  /** Tries in a row that failed. */
  readonly failures: number;
}

/**
 * Takes records from the queue in their order and sends them, one request at a time. It tries again for as long as it
 * takes, with exponential backoff; what the database refuses for good is set aside, so that it blocks nothing.
 */
export class Forwarder {
  readonly #options: ForwarderOptions;
  #failures = 0;
  #fault: RemoteFault | undefined;
  #running: Promise<void> | undefined;
  #cancelRetry: (() => void) | undefined;
  #isClosed = false;

  constructor(options: ForwarderOptions) {
    this.#options = options;
    options.queue.onAppend(() => this.#wake());
    this.#wake();
  }

  get state(): ForwarderState {
    const reason = this.#fault?.message;
    const failures = this.#failures;
    if (this.#fault)
      return { state: this.#fault.kind === 'blocked' ? 'blocked' : 'waiting', reason, failures };
    return { state: this.#running ? 'sending' : 'up to date', reason, failures };
  }

  /** Resolves when no request is under way and none is due: everything is sent, or a retry waits for its time. */
  async settled(): Promise<void> {
    while (this.#running) await this.#running;
  }

  /** Stops; a request under way is waited for. What is not sent stays in the queue. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#cancelRetry?.();
    await this.settled();
  }

  #wake(): void {
    if (this.#isClosed || this.#running || this.#cancelRetry) return;
    this.#running = this.#run().finally(() => {
      this.#running = undefined;
      // Something may have come between the last look and now.
      if (this.#options.queue.length > 0) this.#wake();
    });
  }

  async #run(): Promise<void> {
    const { queue } = this.#options;
    while (!this.#isClosed && queue.length > 0) {
      const records = queue.peek(BATCH_ROWS);
      try {
        const lines = (await Promise.all(records.map((record) => queue.linesOf(record)))).join('');
        await this.#deliver(lines);
        this.#options.onSent?.(records, lines);
        await queue.acknowledge(records.length);
        this.#succeeded();
      } catch (error) {
        this.#retryLater(error);
        return;
      }
    }
  }

  /** Sends lines, in halves where they are too large or cannot be read, and sets aside what is refused. */
  async #deliver(lines: string, halvings = { left: MOST_HALVINGS }): Promise<void> {
    const { send, metrics } = this.#options;
    try {
      await send(lines);
      metrics.sentRows.inc(countLines(lines));
    } catch (error) {
      const kind = error instanceof RemoteFault ? error.kind : 'unavailable';
      const middle = middleOf(lines);
      if (middle > 0 && (kind === 'too-large' || (kind === 'malformed' && halvings.left-- > 0))) {
        await this.#deliver(lines.slice(0, middle), halvings);
        await this.#deliver(lines.slice(middle), halvings);
      } else if (kind === 'refused' || kind === 'malformed' || kind === 'too-large') {
        await this.#setAside(lines, (error as RemoteFault).message);
      } else throw error;
    }
  }

  async #setAside(lines: string, reason: string): Promise<void> {
    const { setAside, clock, log, metrics } = this.#options;
    const rows = countLines(lines);
    const { file } = setAside;
    if (await setAside.add(lines, reason, clock.now()))
      log.error({ file: `${file}.old` }, 'store: the oldest rows that were set aside have made room');
    metrics.deadRows.inc(rows);
    metrics.deadBatches.inc();
    log.error({ rows, reason, file }, 'store: the database refuses rows for good; they are set aside');
  }

  #succeeded(): void {
    if (this.#fault) {
      const { queue, log } = this.#options;
      log.info({ failures: this.#failures, rows: queue.rows }, 'store: the database takes rows again');
    }
    this.#fault = undefined;
    this.#failures = 0;
    this.#options.metrics.blocked.set(0);
  }

  #retryLater(error: unknown): void {
    const { queue, clock, random, log, metrics } = this.#options;
    const fault =
      error instanceof RemoteFault
        ? error
        : new RemoteFault('unavailable', error instanceof Error ? error.message : String(error));
    const isNews = this.#fault?.message !== fault.message;
    this.#failures++;
    this.#fault = fault;
    metrics.retries.inc();
    metrics.blocked.set(fault.kind === 'blocked' ? 1 : 0);
    const backoff =
      Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** (this.#failures - 1)) * (0.5 + random() / 2);
    const waitMs = Math.min(LONGEST_WAIT_MS, Math.max(backoff, fault.retryAfterMs ?? 0));
    if (isNews) {
      const told = {
        reason: fault.message,
        rows: queue.rows,
        bytes: queue.bytes,
        retryInMs: Math.round(waitMs),
      };
      if (fault.kind === 'blocked')
        log.error(told, 'store: the database refuses us until somebody mends that; rows wait in the queue');
      else log.warn(told, 'store: the database cannot be reached; rows wait in the queue');
    }
    this.#cancelRetry = clock.after(waitMs, () => {
      this.#cancelRetry = undefined;
      this.#wake();
    });
  }
}

/** Where a line near the middle begins; 0 when there is but one line. */
function middleOf(lines: string): number {
  const next = lines.indexOf('\n', lines.length / 2) + 1;
  return next > 0 && next < lines.length ? next : lines.lastIndexOf('\n', lines.length / 2) + 1;
}

function countLines(lines: string): number {
  let count = 0;
  for (let at = lines.indexOf('\n'); at >= 0; at = lines.indexOf('\n', at + 1)) count++;
  return count;
}
