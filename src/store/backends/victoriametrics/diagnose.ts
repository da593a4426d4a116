import { asProblem } from '../../../problem.js';
import { formatDuration } from '../../../telemetry/index.js';
import { RemoteFault } from '../../remote/fault.js';
import { VictoriaClient } from './client.js';
import type { VictoriaOptions } from './options.js';

/** What was found of one thing; `cure` is empty where nothing need be done. */
export interface Check {
  readonly about: string;
  readonly state: 'ok' | 'warning' | 'error';
  readonly message: string;
  readonly cure: string;
}

const MOST_SKEW_MS = 30_000;
const DAY_MS = 86_400_000;
const UNITS_MS = { h: 3_600_000, d: DAY_MS, w: 7 * DAY_MS, M: 31 * DAY_MS, y: 365 * DAY_MS };

/**
 * Tries a VictoriaMetrics as the store would use it, without writing a sample, and says what is in the way. `retention`
 * is how long history is wanted, in ms; `now` is unix ms.
 */
export async function diagnoseVictoria(
  options: VictoriaOptions,
  retention: number,
  now: () => number,
): Promise<Check[]> {
  const client = new VictoriaClient(options);
  const reading = await attempt('reading', `${client.readUrl} answers queries`, async () => {
    await client.query('/api/v1/query', { query: '1' });
  });
  const writing = await attempt('writing', `${client.writeUrl} takes lines`, () => client.write('', now()));
  if (reading.state === 'error') return [reading, writing];
  const { date } = await client.page('/health');
  const checks = [reading, writing, clockCheck(Date.parse(date), now())];
  // What vmselect answers says nothing of vmstorage, where a cluster keeps these settings.
  if (options.tenant !== undefined) return checks;
  const { status, text } = await client.page('/flags');
  if (status === 200) checks.push(...flagChecks(text, retention));
  return checks;
}

async function attempt(about: string, well: string, task: () => Promise<void>): Promise<Check> {
  try {
    await task();
    return { about, state: 'ok', message: well, cure: '' };
  } catch (error) {
    const { message, cure } = error instanceof RemoteFault ? writeProblem(error) : asProblem(error);
    return { about, state: 'error', message, cure };
  }
}

/** What a refused write comes from is mostly the address or the credentials. */
function writeProblem({ message, kind }: RemoteFault): { message: string; cure: string } {
  const cure =
    kind === 'unavailable'
      ? 'Start VictoriaMetrics, or correct store.url and store.writeUrl.'
      : 'Correct store.writeUrl, store.tenant and the token or user; they need the right to write.';
  return { message, cure };
}

function clockCheck(theirs: number, ours: number): Check {
  const about = 'clock';
  const skew = Math.abs(theirs - ours);
  if (!(skew > MOST_SKEW_MS)) return { about, state: 'ok', message: 'the clocks agree', cure: '' };
  const message = `the server's clock is ${formatDuration(skew)} ${theirs > ours ? 'ahead' : 'behind'}`;
  return { about, state: 'warning', message, cure: 'Set both clocks by NTP.' };
}

/** Flags with which rows would be lost, changed or named otherwise. The page lists the flags that were given. */
function flagChecks(page: string, retention: number): Check[] {
  const flags = new Map([...page.matchAll(/^-([\w.]+)="(.*)"$/gm)].map(([, name, value]) => [name, value]));
  const checks: Check[] = [];
  const kept = periodMs(flags.get('retentionPeriod') ?? '1');
  if (kept === undefined || kept >= retention)
    checks.push({ about: 'retention', state: 'ok', message: 'history is kept as long as wanted', cure: '' });
  else
    checks.push({
      about: 'retention',
      state: 'error',
      message: `VictoriaMetrics keeps history for ${formatDuration(kept)}, ${formatDuration(retention)} are wanted; older rows vanish`,
      cure: `Start it with -retentionPeriod=${Math.ceil(retention / DAY_MS)}d, or lower store.retention.`,
    });
  for (const [name, { isHarmless, about }] of Object.entries(TELLING_FLAGS)) {
    const value = flags.get(name);
    if (value === undefined || isHarmless(value)) continue;
    const message = `VictoriaMetrics runs with -${name}=${value}: ${about}`;
    checks.push({ about: name, state: 'error', message, cure: `Start it without -${name}.` });
  }
  return checks;
}

const isOff = (value: string): boolean => value === 'false' || value === '';
const isAtMostAMillisecond = (value: string): boolean => ['', '0s', '1ms'].includes(value);

const TELLING_FLAGS: Readonly<
  Record<string, { readonly about: string; readonly isHarmless: (value: string) => boolean }>
> = {
  'dedup.minScrapeInterval': {
    about: 'samples that are closer together are dropped',
    isHarmless: isAtMostAMillisecond,
  },
  influxTrimTimestamp: { about: 'times are made coarser', isHarmless: isAtMostAMillisecond },
  influxSkipSingleField: { about: 'series are named otherwise', isHarmless: isOff },
  influxSkipMeasurement: { about: 'series are named otherwise', isHarmless: isOff },
  influxMeasurementFieldSeparator: {
    about: 'series are named otherwise',
    isHarmless: (value) => value === '_',
  },
  maxLabelsPerTimeseries: {
    about: 'labels beyond that number are dropped',
    isHarmless: (value) => Number(value) >= 30,
  },
  maxLabelValueLen: {
    about: 'longer labels are cut',
    isHarmless: (value) => Number(value) >= 16_384,
  },
};

/** A -retentionPeriod in ms: a number alone is months. */
function periodMs(text: string): number | undefined {
  const [, count, unit = 'M'] = /^(\d+(?:\.\d+)?)([hdwy])?$/.exec(text) ?? [];
  return count === undefined ? undefined : Number(count) * UNITS_MS[unit as keyof typeof UNITS_MS];
}
