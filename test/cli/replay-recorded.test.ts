import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { packageRoot } from '../../src/paths.js';
import { checkLines, readLines } from '../support/replay-lines.js';
import { runHeadroom } from '../support/run-headroom.js';

describe('recorded telemetry', { concurrency: 2 }, () => {
  const traces = process.env.HEADROOM_TRACES ?? join(packageRoot, '..', 'shared', 'traces');
  for (const part of ['dev', 'public']) {
    const folder = join(traces, part);
    const skip = existsSync(folder)
      ? false
      : `${folder} is not there; HEADROOM_TRACES may name another folder`;
    it(`in ${part} has no fault, and nothing in it is odd`, { skip }, async () => {
      const { code, out, err } = await runHeadroom(folder, 'check', '.');
      assert.deepEqual([code, out], [0, ''], err);
      assert.match(err, /^\d+ files: no faults found$/m);
    });
    it(`in ${part} replays without a fault`, { skip }, async () => {
      const files = readdirSync(folder).filter((file) => file.endsWith('.csv'));
      assert.ok(files.length > 0);
      const { code, out, err } = await runHeadroom(
        folder,
        ...['replay', ...files, '--format', 'jsonl', '--forecasts', '1h'],
      );
      assert.deepEqual([code, err], [0, '']);
      const lines = readLines(out);
      checkLines(lines);
      const told = new Set(lines.map(({ trace }) => `${trace}.csv`));
      assert.ok([...told].every((trace) => files.includes(trace)));
      assert.ok(told.size > files.length / 2, `only ${told.size} of ${files.length} traces are told of`);
    });
  }
});
