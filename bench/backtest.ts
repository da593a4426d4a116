import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { backtest, openDataFolder } from '../src/backtest/index.js';
import { loadRules } from '../src/evaluate/index.js';
import { packageRoot } from '../src/paths.js';
import { type Month, writeMonth } from './backtest-month.js';

/** A month of 1,000 nodes is to be backtested within this, on two cores. */
const TARGET_S = 300;
const DAY_MS = 24 * 3_600_000;
/** A Thursday. */
const FROM = Date.UTC(2026, 9, 1);

interface Given extends Month {
  readonly jobs?: number;
  readonly data?: string;
}

/** Writes a month of history into a store, then backtests the shipped rules over it. */
export async function benchBacktest(given: Given): Promise<void> {
  const { nodes, days, jobs } = given;
  const temporary = given.data === undefined ? mkdtempSync(join(tmpdir(), 'headroom-bench-')) : undefined;
  const folder = given.data ?? join(temporary ?? '', 'data');
  try {
    if (temporary) {
      const begun = performance.now();
      const rows = await writeMonth(folder, given, FROM, (day) =>
        process.stderr.write(`\rday ${day} of ${days} `),
      );
      process.stderr.write('\n');
      const seconds = (performance.now() - begun) / 1000;
      print('history written', `${(rows / 1e6).toFixed(1)} M rows in ${seconds.toFixed(0)} s`);
    }
    const { rules } = loadRules(join(packageRoot, 'rules'));
    const before = process.cpuUsage();
    const begun = performance.now();
    const source = await openDataFolder(folder, FROM + (days + 2) * DAY_MS);
    print('opened', `${((performance.now() - begun) / 1000).toFixed(1)} s`);
    const result = await backtest({
      source,
      rules,
      ...(jobs === undefined ? {} : { jobs }),
      onProgress: (done) => process.stderr.write(`\r${(100 * done).toFixed(0)} % `),
    });
    process.stderr.write('\n');
    await source.close();
    const wall = (performance.now() - begun) / 1000;
    const { user, system } = process.cpuUsage(before);
    const { totals } = result.outcome;
    print('backtested', `${result.nodes} nodes, ${days} days, a sample every ${result.stepMs / 1000} s`);
    print('samples read', `${(result.rows / 1e6).toFixed(1)} M`);
    print('wall time', `${wall.toFixed(0)} s; the target for 1,000 nodes and 30 days is ${TARGET_S} s`);
    print(
      'CPU',
      `${((user + system) / 1e6).toFixed(0)} s, ${((user + system) / result.rows).toFixed(1)} us a sample`,
    );
    print('peak memory', `${Math.round(process.resourceUsage().maxRSS / 1024)} MiB`);
    print(
      'breaches',
      `${result.breaches.length}: ${totals.caught} caught, ${totals.late} late, ${totals.missed} missed`,
    );
    print('pages a week', `${totals.pagesPerWeek.toFixed(1)}, ${totals.falseAlarms} false in all`);
    if (nodes !== result.nodes) print('nodes', `${nodes} were asked for`);
  } finally {
    if (temporary) rmSync(temporary, { recursive: true, force: true });
  }
}

function print(what: string, value: string): void {
  process.stdout.write(`${what.padEnd(32)} ${value}\n`);
}
