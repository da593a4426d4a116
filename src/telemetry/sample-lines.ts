import { Problem } from '../problem.js';
import type { Registry } from './registry.js';
import type { Rows } from './rows.js';
import { isSignal, SIGNALS } from './signals.js';

/**
 * History as lines of JSON, each a sample as POST /api/v1/telemetry takes it. Labels stand on the first line of a node and
 * where they have changed.
 */
export class SampleLines {
  readonly #registry: Registry;
  /** Labels that were written last, by node. */
  readonly #told: number[] = [];

  constructor(registry: Registry) {
    this.#registry = registry;
  }

  /** Rows of the registry as lines, each with its newline. */
  write(rows: Rows): string {
    let text = '';
    for (let row = 0; row < rows.length; row++) {
      const id = rows.node[row];
      const labels = rows.labels[row];
      const sample: Record<string, unknown> = { node: this.#registry.nodes[id].name, time: rows.time[row] };
      if (this.#told[id] !== labels) {
        this.#told[id] = labels;
        sample.labels = this.#registry.labelSets[labels].labels;
      }
      for (const signal of SIGNALS) {
        const value = rows.get(row, signal);
        if (!Number.isNaN(value)) sample[signal] = value;
      }
      text += `${JSON.stringify(sample)}\n`;
    }
    return text;
  }
}

/**
 * Adds the sample of one line to `rows`; its node and labels are made known to the registry.
 * @throws Problem bad-sample when the line is no such sample
 */
export function readSampleLine(text: string, registry: Registry, rows: Rows): void {
  let sample: unknown;
  try {
    sample = JSON.parse(text);
  } catch {
    throw fault(text);
  }
  if (typeof sample !== 'object' || sample === null) throw fault(text);
  const { node: name, time, labels = {}, ...signals } = sample as Record<string, unknown>;
  if (typeof name !== 'string' || typeof time !== 'number') throw fault(text);
  const node = registry.intern(name, labels as Record<string, string>);
  const row = rows.add(node.id, node.labels, time);
  for (const signal in signals) {
    const value = signals[signal];
    if (!isSignal(signal) || typeof value !== 'number') throw fault(text);
    rows.set(row, signal, value);
  }
}

function fault(text: string): Problem {
  const shown = text.length > 80 ? `${text.slice(0, 79)}…` : text;
  return new Problem('bad-sample', `found the line ${JSON.stringify(shown)}, expected a sample in JSON`, {
    cure: 'Check that the other side is Headroom, of a version like this one.',
  });
}
