import { randomBytes } from 'node:crypto';
import type { Logger } from 'pino';
import { backtest, type HistorySource } from '../../backtest/index.js';
import type { Clock } from '../../clock.js';
import type { Rule } from '../../evaluate/index.js';
import { asProblem, Problem } from '../../problem.js';
import { comparisonOf } from './comparison.js';
import type { BacktestShape } from './shapes.js';

/** Longer than this none may run: the service has other work. */
const LONGEST_MS = 10 * 60_000;
/** Who does not ask for so long has left; the next one may have the place. */
const ABANDONED_MS = 30_000;
const LOOK_MS = 5000;
/** Results are held for who asks again, such as after a lost connection. */
const MOST_KEPT = 8;

/** Rules to be taken over the past: the edited and the armed ones, and how far back from the newest sample, ms. */
export interface Wish {
  readonly edited: readonly Rule[];
  readonly armed: readonly Rule[];
  readonly spanMs: number;
  /** Name of the token; undefined where there is none. */
  readonly holder: string | undefined;
}

interface Job {
  readonly id: string;
  readonly holder: string | undefined;
  readonly startedAt: number;
  readonly stop: AbortController;
  ended: Promise<void>;
  askedAt: number;
  done: number;
  state: BacktestShape['state'];
  fault: BacktestShape['fault'];
  result: BacktestShape['result'];
}

const cancelled = new Error('the backtest was cancelled');

/** Backtests of edited rules over the history of this service: one at a time, in one thread, with an end. */
export class Backtests {
  readonly #source: () => HistorySource;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #jobs = new Map<string, Job>();
  #running: Job | undefined;

  constructor(options: {
    readonly source: () => HistorySource;
    readonly clock: Clock;
    readonly log: Logger;
  }) {
    this.#source = options.source;
    this.#clock = options.clock;
    this.#log = options.log;
  }

  /** @throws Problem backtest-busy while another one runs */
  start(wish: Wish): BacktestShape {
    const now = this.#clock.now();
    if (this.#running) throw busy(this.#running, now);
    const job: Job = {
      id: randomBytes(9).toString('base64url'),
      holder: wish.holder,
      startedAt: now,
      stop: new AbortController(),
      ended: Promise.resolve(),
      askedAt: now,
      done: 0,
      state: 'running',
      fault: null,
      result: null,
    };
    this.#running = job;
    this.#jobs.set(job.id, job);
    for (const id of [...this.#jobs.keys()].slice(0, -MOST_KEPT)) this.#jobs.delete(id);
    job.ended = this.#run(job, wish);
    return shapeOf(job);
  }

  /** @throws Problem not-found */
  find(id: string): BacktestShape {
    const job = this.#get(id);
    job.askedAt = this.#clock.now();
    return shapeOf(job);
  }

  /** Ends it; whoever began it may, and an admin. @throws Problem not-found, not-allowed */
  async cancel(id: string, by: { readonly holder: string | undefined; readonly isAdmin: boolean }) {
    const job = this.#get(id);
    if (job.holder !== by.holder && !by.isAdmin) {
      throw new Problem('not-allowed', `the backtest is that of "${job.holder}"`, {
        cure: 'Wait until it has ended, or use an admin token.',
      });
    }
    job.stop.abort(cancelled);
    await job.ended;
    return shapeOf(job);
  }

  async close(): Promise<void> {
    this.#running?.stop.abort(cancelled);
    await this.#running?.ended;
  }

  async #run(job: Job, { edited, armed, spanMs }: Wish): Promise<void> {
    const end = this.#watch(job);
    const source = this.#source();
    try {
      const result = await backtest({
        source,
        rules: edited,
        against: armed,
        from: { ago: spanMs },
        jobs: 1,
        signal: job.stop.signal,
        onProgress: (done) => {
          job.done = Math.max(0, Math.min(1, done));
        },
      });
      job.result = comparisonOf(result);
      job.done = 1;
      job.state = 'done';
    } catch (error) {
      job.state = error === cancelled ? 'cancelled' : 'failed';
      if (error !== cancelled) job.fault = this.#faultOf(error);
    } finally {
      end();
      this.#running = undefined;
      await source.close();
    }
  }

  /** Ends it when it takes too long, or when nobody asks for it any more; returns what ends the watch. */
  #watch(job: Job): () => void {
    let cancel: () => void = () => {};
    const look = () => {
      const now = this.#clock.now();
      if (now - job.askedAt >= ABANDONED_MS) job.stop.abort(cancelled);
      else if (now - job.startedAt >= LONGEST_MS) job.stop.abort(tooLong());
      else cancel = this.#clock.after(LOOK_MS, look);
    };
    cancel = this.#clock.after(LOOK_MS, look);
    return () => cancel();
  }

  #faultOf(error: unknown): NonNullable<BacktestShape['fault']> {
    const problem = asProblem(error);
    const { code, message } = problem;
    // Of the command line's options nobody knows here.
    if (code === 'bad-option')
      return { code, message, cure: 'Wait until samples have come, or choose a longer time.' };
    if (problem.status === 500) this.#log.error({ err: error }, 'backtest of edited rules failed');
    return {
      code,
      message: problem.status === 500 ? 'something went wrong inside' : message,
      cure: problem.cure,
    };
  }

  #get(id: string): Job {
    const job = this.#jobs.get(id);
    if (job) return job;
    throw new Problem('not-found', `there is no backtest "${id}"`, {
      cure: 'Start it again: only the newest are kept, and none over a restart of the service.',
    });
  }
}

function busy({ startedAt, done, holder }: Job, now: number): Problem {
  const whose = holder === undefined ? 'a backtest' : `a backtest of "${holder}"`;
  const seconds = Math.round((now - startedAt) / 1000);
  return new Problem(
    'backtest-busy',
    `${whose} runs since ${seconds} s, ${Math.round(done * 100)} % are done`,
  );
}

function tooLong(): Problem {
  return new Problem(
    'backtest-busy',
    `the backtest was ended: it took longer than ${LONGEST_MS / 60_000} min`,
    {
      cure: 'Choose a shorter time, or run `headroom backtest --service URL` on another machine.',
    },
  );
}

function shapeOf({ id, state, startedAt, done, fault, result }: Job): BacktestShape {
  return { id, state, started_at: startedAt, done, fault, result };
}
