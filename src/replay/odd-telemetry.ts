import type { NodeRecord } from '../telemetry/index.js';
import { findOddities, isMissing, type Oddity, type OddityCode, type Trend } from '../trend/index.js';

/** An oddity of a node of a trace, where it was seen first. */
export interface OddNode {
  readonly node: string;
  /** Seconds of the trace, and the line of its file. */
  readonly at: number;
  readonly line: number;
  readonly oddity: Oddity;
}

/** Each node is looked at this often, in rows of it; odd, so that what comes with every second row is seen. */
const EVERY = 17;

interface Seen {
  readonly record: NodeRecord;
  rows: number;
  line: number;
  at: number;
  readonly found: Map<OddityCode, OddNode>;
}

/** Gathers what is odd while a trace goes by: each code once a node. */
export class OddTelemetry {
  readonly #seen = new Map<number, Seen>();

  /** After the trend room has taken a row of the node. `at` is in seconds of the trace. */
  note(trend: Trend, record: NodeRecord, at: number, line: number): void {
    let seen = this.#seen.get(record.id);
    if (!seen) {
      seen = { record, rows: 0, line, at, found: new Map() };
      this.#seen.set(record.id, seen);
    }
    seen.rows++;
    seen.at = at;
    seen.line = line;
    if (seen.rows % EVERY === 0) this.#look(trend, seen, at * 1000);
  }

  /** All that was found, when the trace has ended; what was missing for a while only is not told. */
  finish(trend: Trend): OddNode[] {
    return [...this.#seen.values()].flatMap((seen) => {
      for (const code of [...seen.found.keys()].filter(isMissing)) seen.found.delete(code);
      this.#look(trend, seen, Number.POSITIVE_INFINITY);
      return [...seen.found.values()].sort((a, b) => a.at - b.at);
    });
  }

  #look(trend: Trend, { record, found, at, line }: Seen, now: number): void {
    const process = trend.node(record.id);
    if (!process) return;
    for (const oddity of findOddities(process, now)) {
      if (!found.has(oddity.code)) found.set(oddity.code, { node: record.name, at, line, oddity });
    }
  }
}
