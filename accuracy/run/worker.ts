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
 * A process of its own that measures the files that it is sent, one after the other, with the rules in its argument; a second
 * one asks for their grid, too.
 */
const [, , paths, withGrid] = process.argv;
const { rules } = loadRules(paths);
const grid = withGrid ? gridOf(paths) : undefined;

process.on('message', async (file: string) => {
  process.send?.(await answer(file));
});

async function answer(file: string): Promise<Answer> {
  try {
    return { file, nodes: await measureTrace(file, rules, grid) };
  } catch (error) {
    return { file, fault: faultOf(error) };
  }
}
