import { Problem, type ProblemCode } from '../../problem.js';
import {
  CANONICAL,
  COLUMN,
  isSignal,
  type Labels,
  type NodeRecord,
  SIGNAL_FACTS,
  SIGNALS,
  type Signal,
} from '../../telemetry/index.js';
import type { Batch, Doorkeeper } from '../intake.js';
import { isAdmissible, ruleOf, storedLimit } from '../signal-value.js';
import { locateFault } from './json-fault.js';
import { parseRfc3339 } from './rfc3339.js';

/** A fault of one sample: the path within it, and what was found and expected. */
class SampleFault {
  constructor(
    readonly path: string,
    readonly message: string,
    readonly code: ProblemCode = 'bad-sample',
  ) {}
}

type JsonObject = Readonly<Record<string, unknown>>;

/**
 * Reads `application/json`: one sample or an array of them. A sample is kept whole or refused whole.
 * @throws Problem bad-json when the body is no such JSON; nothing is kept then
 */
export function readJson(body: Buffer, batch: Batch, doorkeeper: Doorkeeper): void {
  const parsed = parseJson(body.toString('utf8'), 1);
  const samples = Array.isArray(parsed) ? parsed : [parsed];
  const isSingle = !Array.isArray(parsed);
  if (isSingle && !isObject(parsed)) {
    throw new Problem('bad-json', `found ${shown(parsed)}, expected a sample or an array of samples`);
  }
  samples.forEach((sample, index) => {
    readSample(sample, isSingle ? '' : `[${index}]`, undefined, batch, doorkeeper);
  });
}

/** Reads `application/x-ndjson`: one sample a line, of which empty ones are passed over. Bad JSON refuses its line only. */
export function readNdjson(body: Buffer, batch: Batch, doorkeeper: Doorkeeper): void {
  body
    .toString('utf8')
    .split('\n')
    .forEach((text, index) => {
      if (text.trim() === '') return;
      const line = index + 1;
      let sample: unknown;
      try {
        sample = parseJson(text, line);
      } catch (error) {
        if (!(error instanceof Problem)) throw error;
        batch.refusals.add(error.code, () => ({ ...error.place, message: error.message }));
        return;
      }
      readSample(sample, '', line, batch, doorkeeper);
    });
}

function parseJson(text: string, firstLine: number): unknown {
  const json = text.startsWith('\ufeff') ? text.slice(1) : text;
  try {
    return JSON.parse(json);
  } catch {
    const { line, column, found, expected } = locateFault(json);
    throw new Problem('bad-json', `found ${found}, expected ${expected}`, {
      place: { line: line + firstLine - 1, column },
    });
  }
}

function readSample(
  sample: unknown,
  path: string,
  line: number | undefined,
  batch: Batch,
  doorkeeper: Doorkeeper,
): void {
  const rowsBefore = batch.rows.length;
  const fault = takeSample(sample, batch, doorkeeper);
  if (fault === undefined) {
    batch.accepted++;
    return;
  }
  batch.rows.length = rowsBefore;
  const joined = path !== '' && fault.path !== '' ? `${path}.${fault.path}` : path + fault.path;
  const place = { ...(joined === '' ? {} : { path: joined }), ...(line === undefined ? {} : { line }) };
  batch.refusals.add(fault.code, () => ({ ...place, message: fault.message }));
}

function takeSample(sample: unknown, batch: Batch, doorkeeper: Doorkeeper): SampleFault | undefined {
  if (!isObject(sample)) return new SampleFault('', `found ${shown(sample)}, expected a sample as an object`);
  const fault = checkKeys(sample) ?? checkLabels(sample.labels);
  if (fault) return fault;
  const time = timeOf(sample.time, batch);
  if (time instanceof SampleFault) return time;
  if (typeof sample.node !== 'string')
    return new SampleFault('node', `found ${shown(sample.node)}, expected a name`);
  const values = valuesOf(sample);
  if (values instanceof SampleFault) return values;
  const node = admit(doorkeeper, sample.node, (sample.labels ?? {}) as Labels);
  if (node instanceof SampleFault) return node;
  if (values.length === 0) return undefined;
  const row = batch.rows.add(node.id, node.labels, time);
  const { sources } = doorkeeper.registry;
  for (const [signal, value] of values) {
    const source = CANONICAL[COLUMN[signal]];
    const isUsed =
      sources.isElected(node.id, source) ||
      sources.consider(node.id, source, { metric: signal, protocol: 'JSON' }, batch.now, time);
    if (!isUsed) continue;
    batch.rows.set(row, signal, value);
    batch.samples++;
  }
  return undefined;
}

const OTHER_KEYS: ReadonlySet<string> = new Set(['node', 'time', 'labels']);

function checkKeys(sample: JsonObject): SampleFault | undefined {
  const keys = Object.keys(sample);
  const unknown = keys.find((key) => !isSignal(key) && !OTHER_KEYS.has(key));
  if (unknown !== undefined) {
    return new SampleFault(
      unknown.slice(0, 60),
      `found an unknown field, expected node, time, labels, ${SIGNALS.join(', ')}`,
    );
  }
  return keys.some(isSignal)
    ? undefined
    : new SampleFault('', `found no signal, expected one of ${SIGNALS.join(', ')}`);
}

function checkLabels(labels: unknown): SampleFault | undefined {
  if (labels === undefined || labels === null) return undefined;
  if (!isObject(labels))
    return new SampleFault('labels', `found ${shown(labels)}, expected an object of texts`);
  const wrong = Object.keys(labels).find((key) => typeof labels[key] !== 'string');
  if (wrong === undefined) return undefined;
  return new SampleFault(`labels.${wrong.slice(0, 60)}`, `found ${shown(labels[wrong])}, expected a text`);
}

/** Unix ms. */
function timeOf(found: unknown, batch: Batch): number | SampleFault {
  if (found === undefined || found === null) return batch.now;
  const time = typeof found === 'string' ? parseRfc3339(found) : found;
  if (typeof time !== 'number' || !Number.isFinite(time)) {
    return new SampleFault('time', `found ${shown(found)}, expected unix milliseconds or RFC 3339`);
  }
  if (!batch.isInRange(time)) return new SampleFault('time', batch.describeTime(time), 'out-of-range-time');
  return Math.floor(time);
}

/** What is to be stored. A signal that is null, or a limit that means "none", is absent. */
function valuesOf(sample: JsonObject): (readonly [Signal, number])[] | SampleFault {
  const values: (readonly [Signal, number])[] = [];
  for (const signal of SIGNALS) {
    const found = sample[signal];
    if (found === undefined || found === null) continue;
    const { kind } = SIGNAL_FACTS[signal];
    const value = typeof found === 'boolean' && kind === 'state' ? Number(found) : found;
    if (typeof value !== 'number' || !isAdmissible(kind, ruleOf(signal), value)) {
      return new SampleFault(signal, `found ${shown(found)}, expected ${ruleOf(signal).expected}`);
    }
    const stored = kind === 'limit' ? storedLimit(value) : value;
    if (!Number.isNaN(stored)) values.push([signal, stored]);
  }
  return values;
}

function admit(doorkeeper: Doorkeeper, name: string, labels: Labels): NodeRecord | SampleFault {
  try {
    return doorkeeper.admit(name, labels);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return new SampleFault(error.code.includes('label') ? 'labels' : 'node', error.message, error.code);
  }
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function shown(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'an array';
  if (isObject(value)) return 'an object';
  const text = JSON.stringify(typeof value === 'string' ? value.slice(0, 40) : value);
  return text === 'null' && value !== null ? String(value) : text;
}
