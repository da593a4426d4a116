import type { OddityCode } from '../trend/index.js';
import type { OddNode } from './odd-telemetry.js';
import { traceClock } from './trace-clock.js';

/** One sentence for all nodes of a trace that are odd in one way. */
export interface ToldOddity {
  readonly line: number;
  readonly text: string;
  readonly cure: string;
}

/** More names than these are counted. */
const MOST_NAMES = 5;

/** In the order in which they were seen first. */
export function toldOddities(odd: readonly OddNode[]): ToldOddity[] {
  const byCode = new Map<OddityCode, OddNode[]>();
  for (const each of [...odd].sort((a, b) => a.line - b.line)) {
    byCode.set(each.oddity.code, [...(byCode.get(each.oddity.code) ?? []), each]);
  }
  return [...byCode].map(([code, [first, ...others]]) => {
    const names = others.slice(0, MOST_NAMES).map(({ node }) => node);
    const more = others.length > MOST_NAMES ? ` and ${others.length - MOST_NAMES} more` : '';
    const also = others.length > 0 ? `; the same of ${names.join(', ')}${more}` : '';
    const text = `node ${first.node}: ${first.oddity.message} (${code})${also}`;
    return { line: first.line, text, cure: first.oddity.cure };
  });
}

/** What is odd in a trace, for people: a line and its cure below it. */
export function oddText(file: string, odd: readonly OddNode[]): string {
  const told = toldOddities(odd);
  const at = new Map(odd.map(({ line, at: seconds }) => [line, traceClock(seconds * 1000)]));
  return told
    .map(({ line, text, cure }) => `  ${file}:${line} at ${at.get(line)} ${text}\n    ${cure}\n`)
    .join('');
}
