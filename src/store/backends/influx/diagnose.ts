import type { Clock } from '../../../clock.js';
import { formatDuration } from '../../../telemetry/index.js';
import { Checks, type Diagnosis, type Found, reach } from '../../remote/index.js';
import { reasonOf } from './answers.js';
import { InfluxServer } from './influx-server.js';
import type { InfluxOptions } from './options.js';

/** Beyond that, samples seem to come from the past or the future. */
const MOST_SKEW_MS = 5000;

interface Bucket {
  readonly id: string;
  readonly name: string;
  readonly retentionRules?: readonly { readonly everySeconds?: number }[];
}

/**
 * Whether an InfluxDB is there, is one of version 2, and lets us do what is needed. Nothing is written but an empty
 * request, which InfluxDB checks as it does any other.
 */
export async function diagnoseInflux(options: InfluxOptions, clock: Clock): Promise<Diagnosis> {
  const checks = new Checks();
  await checks.run('address', async () => {
    const { problem, answer } = await reach(new URL('health', base(options.url)), {
      timeout: options.timeout,
    });
    if (!answer) return problem;
    return whatAnswers(options, answer);
  });
  await checks.run('clock', async () => {
    const { answer } = await reach(new URL('ping', base(options.url)), { timeout: options.timeout });
    const theirs = Date.parse(answer?.headers.get('date') ?? '');
    if (Number.isNaN(theirs)) return { message: 'it does not tell its time' };
    // The header has whole seconds.
    const skew = Math.abs(clock.now() - theirs - 500);
    if (skew <= MOST_SKEW_MS) return { message: 'its clock and ours agree' };
    const message = `its clock is ${formatDuration(Math.round(skew / 1000) * 1000)} away from ours`;
    return { message, cure: 'Let both machines follow a time server.', isWarning: true };
  });
  // A token that may do no more than read and write the bucket sees neither organisations nor buckets.
  await checks.run('writing', () => tryWriting(options));
  await checks.run('reading', () => tryReading(options, clock));
  await checks.run('retention', async () => {
    const { org, bucket: name, url, token, timeout } = options;
    const path = `api/v2/buckets?org=${encodeURIComponent(org)}&name=${encodeURIComponent(name)}`;
    const request = { timeout, headers: { authorization: `Token ${token}` } };
    const { problem, answer } = await reach(new URL(path, base(url)), request);
    if (!answer) return problem;
    const { buckets } = (await answer.json().catch(() => ({}))) as { buckets?: Bucket[] };
    const bucket = buckets?.find((each) => each.name === name);
    return bucket
      ? retentionOf(bucket, options)
      : { message: 'the token may not see how long the bucket keeps data' };
  });
  return checks.done;
}

async function whatAnswers({ url }: InfluxOptions, answer: Response): Promise<Found> {
  const text = await answer.text().catch(() => '');
  const version = answer.headers.get('x-influxdb-version') ?? /"version":\s*"([^"]*)"/.exec(text)?.[1] ?? '';
  const cure = 'Give store.url the address of an InfluxDB 2.';
  if (/^v?1\./.test(version))
    return { message: `${url} is an InfluxDB ${version}, version 2 is needed`, cure };
  if (answer.ok && /"name":\s*"influxdb"/.test(text)) return { message: `InfluxDB ${version} answers` };
  return { message: `what answers at ${url} is no InfluxDB 2: /health gives ${answer.status}`, cure };
}

function tokenRefused(url: string): Found {
  return {
    message: `${url} refuses the token, or the token may not write the bucket (401)`,
    cure: 'Give store.token a token of this InfluxDB that may read and write the bucket.',
  };
}

function retentionOf(bucket: Bucket, { retention }: InfluxOptions): Found {
  const seconds = Math.max(0, ...(bucket.retentionRules ?? []).map(({ everySeconds = 0 }) => everySeconds));
  if (seconds === 0) return { message: `bucket "${bucket.name}" is there and keeps everything` };
  const kept = formatDuration(seconds * 1000);
  if (seconds * 1000 >= retention) return { message: `bucket "${bucket.name}" is there and keeps ${kept}` };
  return {
    message: `bucket "${bucket.name}" keeps ${kept}, store.retention asks for ${formatDuration(retention)}`,
    cure: `Lengthen it (influx bucket update --id ${bucket.id} --retention ${Math.ceil(retention / 1000)}s), or shorten store.retention.`,
    isWarning: true,
  };
}

async function tryWriting({ url, token, org, bucket, timeout, retention }: InfluxOptions): Promise<Found> {
  const query = `org=${encodeURIComponent(org)}&bucket=${encodeURIComponent(bucket)}&precision=ms`;
  const { problem, answer } = await reach(new URL(`api/v2/write?${query}`, base(url)), {
    timeout,
    method: 'POST',
    headers: { authorization: `Token ${token}`, 'content-type': 'text/plain; charset=utf-8' },
    // A comment: there is nothing to write, but who may write is looked at first.
    body: '# a check of headroom\n',
  });
  if (!answer) return problem;
  // InfluxDB answers 400 to a write without points, once it has let the writer pass.
  if (answer.ok || answer.status === 400) return { message: `the token may write bucket "${bucket}"` };
  const text = (await answer.text().catch(() => '')).slice(0, 300);
  if (answer.status === 401) return tokenRefused(url);
  if (answer.status === 404 && text.includes('organization name'))
    return { message: `there is no organisation "${org}" (404)`, cure: 'Correct store.org.' };
  if (answer.status === 404)
    return {
      message: `there is no bucket "${bucket}" in organisation "${org}" (404)`,
      cure: `Correct store.bucket, or make it: influx bucket create --org ${quoted(org)} --name ${quoted(bucket)} --retention ${Math.ceil(retention / 1000)}s`,
    };
  if (answer.status === 429 || answer.status >= 500)
    return {
      message: `it does not take writes now (${answer.status}: ${text.replace(/\s+/g, ' ')})`,
      cure: 'See the log of InfluxDB; what is sent meanwhile waits in the queue.',
    };
  return {
    message: `the token may not write bucket "${bucket}" (${answer.status}: ${text.replace(/\s+/g, ' ')})`,
    cure: 'Give store.token a token with write access to the bucket.',
  };
}

async function tryReading(options: InfluxOptions, clock: Clock): Promise<Found> {
  try {
    await new InfluxServer(options, clock).extent(0, 1000);
    return { message: 'the token may read the bucket' };
  } catch (error) {
    return {
      message: `the bucket cannot be read: ${reasonOf(error)}`,
      cure: 'Give store.token a token with read access to the bucket; where it has it, see the log of InfluxDB.',
    };
  }
}

/** A word for a shell. */
function quoted(text: string): string {
  return /^[\w.@-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

function base(url: string): string {
  return url.endsWith('/') ? url : `${url}/`;
}
