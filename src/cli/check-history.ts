import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type History, historyOfFolder, historyOfService, historyOfTraces } from '../check/index.js';
import { systemClock } from '../clock.js';
import type { Rule } from '../evaluate/index.js';
import { Problem } from '../problem.js';
import { progress } from './progress.js';

/** Where history comes from; at most one of the three. */
export interface HistoryOptions {
  readonly traces?: readonly string[];
  readonly service?: string;
  readonly token?: string;
  readonly data?: string;
}

/**
 * Reads history from where the options say; undefined when they name nothing.
 * @throws Problem when it cannot be read, or more than one source is named.
 */
export async function readHistory(
  { traces = [], service, token, data }: HistoryOptions,
  rules: readonly Rule[],
): Promise<History | undefined> {
  const named = [
    ...(traces.length > 0 ? ['--traces'] : []),
    ...(service === undefined ? [] : ['--service']),
    ...(data === undefined ? [] : ['--data']),
  ];
  if (named.length > 1) {
    const cure = 'Give the one that has seen what the rules are to watch.';
    throw new Problem('bad-option', `found ${named.join(' and ')}, expected one of them`, { cure });
  }
  if (data !== undefined) return historyOfFolder(data, rules, systemClock);
  if (service !== undefined) return historyOfService({ url: addressOf(service), token }, rules);
  if (traces.length === 0) return undefined;
  const files = traces.flatMap(tracesIn);
  const bar = progress(files.length, 'traces');
  try {
    return await historyOfTraces(files, rules, bar.step);
  } finally {
    bar.clear();
  }
}

function tracesIn(path: string): string[] {
  if (!existsSync(path) || !statSync(path).isDirectory()) return [path];
  const names = readdirSync(path).filter((name) => name.endsWith('.csv'));
  if (names.length > 0) return names.sort().map((name) => join(path, name));
  throw new Problem('bad-option', `found no .csv file in ${path}`, { cure: 'Name a folder of traces.' });
}

function addressOf(service: string): string {
  if (/^https?:\/\//.test(service) && URL.canParse(service)) return service;
  throw new Problem('bad-option', `found --service ${service}, expected an address`, {
    cure: 'Write it as http://127.0.0.1:8420.',
  });
}
