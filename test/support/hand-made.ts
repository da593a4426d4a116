import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

const MIB = 2 ** 20;
const STEP_S = 30;

/** A sample of a hand-made node; `start` tells its processes apart. Null: it sends nothing then. */
export type HandMade = (second: number) => { readonly mib: number; readonly start: number } | null;

/** Seconds of a node's life, so that cases read as stories. */
export const hours = (count: number): number => count * 3600;

/** Some jitter, so that nothing is a line of a textbook; below 2 MiB. */
const jitter = (second: number): number => ((second * 7919) % 97) / 50;

/** Flat at a level. */
export const steady =
  (mib: number): HandMade =>
  (second) => ({ mib: mib + jitter(second), start: 0 });

/** Grows from the start of each process; it is killed just below its limit of 1,000 MiB and begins anew. */
export function leaking(base: number, mibPerHour: number): HandMade {
  const life = ((990 - base) / mibPerHour) * 3600;
  return (second) => {
    const age = second % life;
    return { mib: base + (mibPerHour * age) / 3600 + jitter(second), start: Math.round(second - age) };
  };
}

/** Writes a trace of these nodes, a sample every 30 s, with a limit of 1,000 MiB. Returns its path. */
export function writeHandMade(
  folder: string,
  name: string,
  lengthS: number,
  nodes: Readonly<Record<string, HandMade>>,
): string {
  const lines = ['time_s,node,rss_bytes,memory_limit_bytes,start_time_s'];
  for (let second = 0; second < lengthS; second += STEP_S) {
    for (const [node, at] of Object.entries(nodes)) {
      const sample = at(second);
      if (!sample) continue;
      lines.push([second, node, Math.round(sample.mib * MIB), 1000 * MIB, sample.start].join(','));
    }
  }
  const path = join(folder, `${name}.csv`);
  writeFileSync(path, `${lines.join('\n')}\n`);
  return path;
}

export const RULES = `groups:
  - name: memory
    rules:
      - alert: Breach
        forecast: { of: rss, reaches: memory_limit, within: 2h, probability: 50% }
        for: 2m
        severity: page
      - alert: Growing
        growth: { of: rss, atLeast: 5% of memory_limit per hour, over: 2h }
      - alert: Lost
        absent: { after: 5m }
`;
