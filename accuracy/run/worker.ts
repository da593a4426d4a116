import { loadRules } from '../../src/evaluate/index.js';
import type { Fault } from '../read/labels.js';
import { faultOf } from '../read/sets.js';
import { gridOf } from '../validate/grid.js';
import { type Measured, measureTrace } from './measure.js';

/** What a worker answers for a file. */
export type Answer =
  | { readonly file: string; readonly nodes: Measured[] }
  | { readonly file: string; readonly fault: Fault };

/**
 * A process of its own that measures the files that it is sent, one after the other, with the rules in its first argument, as if
 * traces had begun so many ms later as the second one says; a third one asks for the grid of the rules, too.
 */
const [, , paths, shiftMs, withGrid] = process.argv;
const { rules } = loadRules(paths);
const grid = withGrid ? gridOf(paths) : undefined;

process.on('message', async (file: string) => {
  process.send?.(await answer(file));
});

async function answer(file: string): Promise<Answer> {
  try {
    return { file, nodes: await measureTrace(file, rules, { grid, shiftMs: Number(shiftMs) }) };
  } catch (error) {
    return { file, fault: faultOf(error) };
  }
}
