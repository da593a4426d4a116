import { formatDuration } from '../telemetry/index.js';

/** A line on standard error that says how far a long task is; silent unless standard error is a terminal. */
export function progress(total: number, what: string): { step(): void; clear(): void } {
  const { stderr } = process;
  if (!stderr.isTTY || total < 2) return { step: () => {}, clear: () => {} };
  let done = 0;
  const width = 24;
  return {
    step() {
      done++;
      const filled = Math.round((width * done) / total);
      stderr.write(`\r${'█'.repeat(filled)}${'░'.repeat(width - filled)} ${done}/${total} ${what}`);
    },
    clear: () => void stderr.write('\r\u001b[K'),
  };
}

/** The same for work whose share is known: a bar, percent and about how long it still takes. */
export function progressOf(now: () => number): { done(share: number): void; clear(): void } {
  const { stderr } = process;
  if (!stderr.isTTY) return { done: () => {}, clear: () => {} };
  const begun = now();
  const width = 24;
  let toldAt = Number.NEGATIVE_INFINITY;
  return {
    done(share) {
      const at = now();
      if (at - toldAt < 200 && share < 1) return;
      toldAt = at;
      const filled = Math.round(width * share);
      const left = share > 0.01 ? `, ${formatDuration(((at - begun) * (1 - share)) / share)} left` : '';
      const bar = '█'.repeat(filled) + '░'.repeat(width - filled);
      stderr.write(`\r\u001b[K${bar} ${Math.floor(share * 100)} %${left}`);
    },
    clear: () => void stderr.write('\r\u001b[K'),
  };
}
