/** Runs tasks one after the other, each when the one before has ended, whatever came of that one. */
export type OneAtATime = <Result>(task: () => Promise<Result>) => Promise<Result>;

/** What reads a state, writes it durably and changes it must not be overtaken halfway by another such task. */
export function oneAtATime(): OneAtATime {
  let last: Promise<unknown> = Promise.resolve();
  return (task) => {
    const next = last.then(task);
    // Whoever asked hears of a failure; the next task only waits for the end.
    last = next.catch(() => {});
    return next;
  };
}
