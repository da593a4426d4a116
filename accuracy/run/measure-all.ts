import { fork } from 'node:child_process';
import { statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Answer } from './worker.js';

const WORKER = fileURLToPath(new URL('./worker.js', import.meta.url));

export interface MeasureOptions {
  readonly rules: string;
  readonly jobs: number;
  /** Also what the rules would say with each cell's thresholds: for a cross-validation, at two thirds more time. */
  readonly withGrid?: boolean;
  /** As if traces had begun so much later, ms. */
  readonly shiftMs?: number;
  /** Told after each file. */
  readonly onDone?: () => void;
}

/** Measures all files in `jobs` processes, the largest first. Answers come by file. */
export async function measureAll(
  files: readonly string[],
  { rules, jobs, withGrid = false, shiftMs = 0, onDone = () => {} }: MeasureOptions,
): Promise<Map<string, Answer>> {
  const waiting = [...files].sort((a, b) => statSync(b).size - statSync(a).size);
  const answers = new Map<string, Answer>();
  const work = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const child = fork(WORKER, [rules, String(shiftMs), ...(withGrid ? ['grid'] : [])]);
      const next = (): void => {
        const file = waiting.shift();
        if (file === undefined) child.disconnect();
        else child.send(file);
      };
      child.on('message', (answer: Answer) => {
        answers.set(answer.file, answer);
        onDone();
        next();
      });
      child.on('error', reject);
      child.on('exit', (code, signal) => {
        if (code === 0) resolve();
        else reject(new Error(`a worker ended with ${signal ?? code}`));
      });
      next();
    });
  await Promise.all(Array.from({ length: Math.min(jobs, files.length) }, work));
  return answers;
}
