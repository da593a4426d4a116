import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { unpackCarried } from '../../accuracy/carried.js';
import { readTrace, TRACE_SIGNALS, type TraceRow } from '../../src/replay/index.js';
import { OddTelemetry } from '../../src/replay/odd-telemetry.js';
import { takeRow } from '../../src/replay/trace-file.js';
import { Registry, Rows, type Signal } from '../../src/telemetry/index.js';
import { type OddityCode, Trend } from '../../src/trend/index.js';

/** The nodes of one trace as they would have been told of, had their agent sent it so. */
class Watched {
  readonly nodes = new Registry();
  readonly #trend = new Trend([]);
  readonly #odd = new OddTelemetry();
  readonly #row = new Rows(1);

  take(row: TraceRow): void {
    const node = takeRow(row, row.time * 1000, this.nodes, this.#row);
    this.#trend.observe(this.#row, this.nodes);
    this.#odd.note(this.#trend, node, row.time, row.line);
  }

  /** Nodes by the code that tells of them. */
  codes(): Map<OddityCode, Set<string>> {
    const found = new Map<OddityCode, Set<string>>();
    for (const { node, oddity } of this.#odd.finish(this.#trend)) {
      found.set(oddity.code, (found.get(oddity.code) ?? new Set()).add(node));
    }
    return found;
  }
}

function scaled(row: TraceRow, signals: readonly Signal[], factor: number): TraceRow {
  const values = row.values.map((value, i) => (signals.includes(TRACE_SIGNALS[i]) ? value * factor : value));
  return { ...row, values };
}

const MEMORY: readonly Signal[] = ['rss', 'heap_used', 'heap_after_gc', 'memory_limit', 'heap_limit'];

/** Faults of agents, and the code that must tell of every node. */
const FAULTS: readonly (readonly [OddityCode, (row: TraceRow) => TraceRow])[] = [
  ['small-use', (row) => scaled(row, ['rss'], 1 / 1024)],
  ['small-use', (row) => scaled(row, ['rss'], 1 / 1024 ** 2)],
  ['wrong-limit-unit', (row) => scaled(row, ['memory_limit'], 1 / 1024)],
  ['wrong-limit-unit', (row) => scaled(row, MEMORY, 1 / 1024)],
  ['no-limit', (row) => scaled(row, ['memory_limit', 'heap_limit'], -1)],
];

describe('the recordings that the project carries', () => {
  const carried = unpackCarried();
  after(carried.remove);

  it('have nothing odd in them, and a wrong unit or limit would be told of each node', async () => {
    const folders = readdirSync(carried.folder).map((set) => join(carried.folder, set));
    const files = folders.flatMap((folder) =>
      readdirSync(folder)
        .filter((name) => name.endsWith('.csv'))
        .map((name) => join(folder, name)),
    );
    assert.ok(files.length >= 85);
    for (const file of files) {
      const asSent = new Watched();
      const faulty = FAULTS.map(([code, spoil]) => ({ code, spoil, watched: new Watched() }));
      for await (const row of readTrace(file)) {
        asSent.take(row);
        for (const { spoil, watched } of faulty) watched.take(spoil(row));
      }
      assert.deepEqual([...asSent.codes().keys()], [], file);
      for (const { code, watched } of faulty) {
        assert.equal(watched.codes().get(code)?.size, asSent.nodes.nodes.length, `${code} in ${file}`);
      }
    }
  });
});
