import { Problem } from '../../../problem.js';

export type Fields = Readonly<Record<string, unknown>>;

/** The fields of a message; undefined where there is none. @throws Problem bad-json */
export function fieldsAt(found: unknown, path: string): Fields | undefined {
  if (found === undefined || found === null) return undefined;
  if (typeof found === 'object' && !Array.isArray(found)) return found as Fields;
  throw wrong(found, 'an object', path);
}

/** A repeated field; empty where it is left out. @throws Problem bad-json */
export function arrayAt(fields: Fields, name: string, path: string): readonly unknown[] {
  const found = fields[name];
  if (found === undefined || found === null) return [];
  if (Array.isArray(found)) return found;
  throw wrong(found, 'an array', join(path, name));
}

/** A string field; empty where it is left out. @throws Problem bad-json */
export function textAt(fields: Fields, name: string, path: string): string {
  const found = fields[name];
  if (found === undefined || found === null) return '';
  if (typeof found === 'string') return found;
  throw wrong(found, 'a string', join(path, name));
}

/**
 * A number, as itself or in quotes as protobuf's JSON has 64-bit integers and NaN; undefined where it is left out.
 * https://protobuf.dev/programming-guides/json/
 * @throws Problem bad-json
 */
export function numberAt(
  fields: Fields,
  name: string,
  path: string,
  type: 'integer' | 'double',
): number | undefined {
  const found = fields[name];
  if (found === undefined || found === null) return undefined;
  const isWhole = type === 'integer';
  if (typeof found === 'number' && (!isWhole || Number.isInteger(found))) return found;
  const pattern = isWhole ? INTEGER : DOUBLE;
  if (typeof found === 'string' && pattern.test(found)) return Number(found);
  throw wrong(found, isWhole ? 'an integer' : 'a number', join(path, name));
}

const INTEGER = /^-?\d{1,20}$/;
const DOUBLE = /^(?:-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|NaN|-?Infinity)$/;

export function wrong(found: unknown, expected: string, path: string): Problem {
  const kind = Array.isArray(found) ? 'an array' : typeof found === 'object' ? 'an object' : undefined;
  const shown = kind ?? JSON.stringify(found)?.slice(0, 60);
  return new Problem('bad-json', `found ${shown}, expected ${expected}`, {
    place: { path },
    cure: 'Send an ExportMetricsServiceRequest as OTLP writes it in JSON.',
  });
}

function join(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}
