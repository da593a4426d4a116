import type { BacktestResult } from '../backtest.js';

/** The result as JSON, names as the API has them: `breachP10` is `breach_p10`. */
export function jsonReport(result: BacktestResult): string {
  return `${JSON.stringify(renamed(result), null, 2)}\n`;
}

/** Labels are named by people, and stay as they are. */
function renamed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(renamed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [snake(name), name === 'labels' ? each : renamed(each)]),
  );
}

function snake(name: string): string {
  return name.replace(/[ ]/g, '_').replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
