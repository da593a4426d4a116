import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Problem } from '../../src/problem.js';
import { type Label as ReadLabel, readLabels as readLabelsFile } from '../../src/replay/index.js';

/** What really happened to one node of a trace (traces/FORMAT.md), with the groups of the tables filled in. */
export type Label = ReadLabel & {
  readonly scenario: string;
  readonly runtime: string;
  readonly licence: string;
};

/** A fault that was worked around: what was left out because of it is not scored. */
export interface Fault {
  /** `file:line:column`, as far as known. */
  readonly place: string;
  readonly message: string;
  readonly cure: string;
}

export interface Labels {
  /** Those without a fault. */
  readonly labels: readonly Label[];
  readonly faults: readonly Fault[];
  /** How many entries have a fault. */
  readonly leftOut: number;
  /** Where the label of a node stands, for faults that show later, such as a node that is not in its trace. */
  placeOf(label: Label): string;
}

/**
 * Reads the labels.json of a folder. An entry with a fault is left out and told, with its place; the rest goes on.
 * @throws Problem bad-trace when there is no such file
 */
export function readLabels(folder: string): Labels {
  const file = join(folder, 'labels.json');
  if (!existsSync(file)) throw new Problem('bad-trace', 'is not there', { place: { file } });
  const { labels, findings, leftOut, placeOf } = readLabelsFile(file);
  return {
    labels: labels.map((each) => ({
      ...each,
      scenario: each.scenario ?? 'unnamed',
      runtime: each.runtime ?? 'unknown',
      licence: each.licence ?? '',
    })),
    faults: findings.map(({ path, message, cure, ...at }) => ({
      place: placed(at),
      // Of an entry as a whole the place says enough.
      message: path.includes('.') ? `${path}: ${message}` : message,
      cure,
    })),
    leftOut,
    placeOf: (each) => placed(placeOf(each)),
  };
}

function placed({ file, line, column }: { file: string; line: number; column: number }): string {
  return `${file}:${line}:${column}`;
}
