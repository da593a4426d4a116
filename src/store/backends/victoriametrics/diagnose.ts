import type { Clock } from '../../../clock.js';
import { asProblem } from '../../../problem.js';
import { formatDuration } from '../../../telemetry/index.js';
import { Checks, type Diagnosis, type Found, reach } from '../../remote/diagnosis.js';
import { RemoteFault } from '../../remote/fault.js';
import { VictoriaClient } from './client.js';
import type { VictoriaOptions } from './options.js';

const MOST_SKEW_MS = 30_000;
const DAY_MS = 86_400_000;
const UNITS_MS = { h: 3_600_000, d: DAY_MS, w: 7 * DAY_MS, M: 31 * DAY_MS, y: 365 * DAY_MS };

/** Tries a VictoriaMetrics as the store would use it, without writing a sample, and says what is in the way. */
export async function diagnoseVictoria(options: VictoriaOptions, clock: Clock): Promise<Diagnosis> {
  const client = new VictoriaClient(options);
  const checks = new Checks();
  let theirs = Number.NaN;
  await checks.run('connection', async () => {
    const { timeout } = options;
    const { answer, problem } = await reach(new URL('/health', options.url), { timeout });
    if (!answer) return problem;
    theirs = Date.parse(answer.headers.get('date') ?? '');
    return { message: `${new URL(options.url).origin} answers` };
  });
  await checks.run('reading', () =>
    found(`${client.readUrl} answers queries`, () => client.query('/api/v1/query', { query: '1' })),
  );
  await checks.run('writing', () =>
    found(`${client.writeUrl} takes lines`, () => client.write('', clock.now())),
  );
  await checks.run('clock', async () => clockFound(theirs - clock.now()));
  const page = options.tenant === undefined ? await flagsOf(client) : undefined;
  if (page === undefined) {
    await checks.run('settings', async () => ({
      message: 'the settings of the server cannot be seen from here',
      cure: `Have it run with -retentionPeriod=${daysOf(options.retention)} or longer, and without -dedup.minScrapeInterval.`,
      isWarning: true,
    }));
    return checks.done;
  }
  const flags = new Map([...page.matchAll(/^-([\w.]+)="(.*)"$/gm)].map(([, name, value]) => [name, value]));
  await checks.run('retention', async () =>
    retentionFound(flags.get('retentionPeriod') ?? '1', options.retention),
  );
  for (const [name, flag] of Object.entries(TELLING_FLAGS)) {
    const value = flags.get(name);
    if (value === undefined || flag.isHarmless(value)) continue;
    await checks.run(name, async () => ({
      message: `VictoriaMetrics runs with -${name}=${value}: ${flag.about}`,
      cure: `Start it without -${name}.`,
    }));
  }
  return checks.done;
}

/** What a request that failed says, with a cure. */
async function found(well: string, request: () => Promise<unknown>): Promise<Found> {
  try {
    await request();
    return { message: well };
  } catch (error) {
    if (!(error instanceof RemoteFault)) {
      const { message, cure } = asProblem(error);
      return { message, cure };
    }
    const { message, kind } = error;
    const cure =
      kind === 'unavailable'
        ? 'Start VictoriaMetrics, or correct store.url and store.writeUrl.'
        : 'Correct store.writeUrl, store.tenant and the token or user; they need the right to write.';
    return { message, cure };
  }
}

/** The flags that a single node was started with; undefined where it does not show them. */
async function flagsOf(client: VictoriaClient): Promise<string | undefined> {
  const { status, text } = await client.page('/flags').catch(() => ({ status: 0, text: '' }));
  return status === 200 && /^-\w/m.test(text) ? text : undefined;
}

function clockFound(ahead: number): Found {
  if (!(Math.abs(ahead) > MOST_SKEW_MS)) return { message: 'its clock agrees with ours' };
  const message = `its clock is ${formatDuration(Math.abs(ahead))} ${ahead > 0 ? 'ahead of' : 'behind'} ours`;
  return { message, cure: 'Set both clocks by NTP.', isWarning: true };
}

function retentionFound(period: string, wanted: number): Found {
  const kept = periodMs(period);
  if (kept === undefined || kept >= wanted) return { message: `-retentionPeriod is ${period}` };
  return {
    message: `VictoriaMetrics keeps ${formatDuration(kept)}, store.retention is ${formatDuration(wanted)}: older rows vanish without a word`,
    cure: `Start it with -retentionPeriod=${daysOf(wanted)}, or lower store.retention.`,
  };
}

function daysOf(ms: number): string {
  return `${Math.ceil(ms / DAY_MS)}d`;
}

/** A -retentionPeriod in ms: a number alone is months. */
function periodMs(text: string): number | undefined {
  const [, count, unit = 'M'] = /^(\d+(?:\.\d+)?)([hdwy])?$/.exec(text) ?? [];
  return count === undefined ? undefined : Number(count) * UNITS_MS[unit as keyof typeof UNITS_MS];
}

const isOff = (value: string): boolean => value === 'false' || value === '';
const isAtMostAMillisecond = (value: string): boolean => ['', '0s', '1ms'].includes(value);

/** Flags with which rows would be lost, changed or named otherwise. */
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
  maxLabelValueLen: { about: 'longer labels are cut', isHarmless: (value) => Number(value) >= 16_384 },
};
