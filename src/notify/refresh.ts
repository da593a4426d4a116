import type { Logger } from 'pino';
import type { Clock } from '../clock.js';
import { asProblem, type Problem } from '../problem.js';
import type { Channel, Message } from './contract.js';

export interface RefreshContext {
  readonly channels: ReadonlyMap<string, Channel>;
  readonly clock: Clock;
  readonly log: Logger;
  /** What a channel was told of and still fires, as of now. */
  readonly firing: (channel: string) => readonly Message[];
  /** Told of every attempt that ended: its channel, and the problem if it failed. */
  readonly attempted?: (channel: string, problem: Problem | undefined) => void;
}

/**
 * Says what fires again and again through every channel whose receiver forgets it (see Channel.refresh): at once, then at the
 * channel's interval, one at a time. A failure is logged once and not retried: the next interval comes soon.
 *
 * @returns a function that ends it, and resolves when nothing is under way
 */
export function startRefresh(context: RefreshContext): () => Promise<void> {
  const ends = [...context.channels].flatMap(([name, { refresh }]) =>
    refresh ? [keepFresh(name, refresh, context)] : [],
  );
  return async () => {
    await Promise.all(ends.map((end) => end()));
  };
}

function keepFresh(
  name: string,
  refresh: NonNullable<Channel['refresh']>,
  { clock, log, firing, attempted }: RefreshContext,
): () => Promise<void> {
  let cancel = (): void => {};
  let isEnded = false;
  let isFailing = false;
  let underWay: Promise<void> = Promise.resolve();
  const say = async (): Promise<void> => {
    try {
      await refresh.send(firing(name));
      attempted?.(name, undefined);
      isFailing = false;
    } catch (error) {
      const problem = asProblem(error);
      attempted?.(name, problem);
      if (!isFailing) log.warn({ channel: name, err: problem }, 'notify: what fires could not be said again');
      isFailing = true;
    }
  };
  const next = (): void => {
    underWay = say().finally(() => {
      if (!isEnded) cancel = clock.after(refresh.everyMs, next);
    });
  };
  next();
  return () => {
    isEnded = true;
    cancel();
    return underWay;
  };
}
