import { textOf } from './attributes.js';
import { arrayAt, fieldsAt, numberAt, textAt, wrong } from './json-fields.js';
import { MOST_DEPTH, tooDeep } from './streams.js';

type Plain = Exclude<Parameters<typeof textOf>[0], undefined>;

/** The text of an `AnyValue`, as `textOf` has it; undefined where it has no value. @throws Problem bad-json */
export function textOfJson(found: unknown, path: string): string | undefined {
  return textOf(plainOf(found, path, 0));
}

function plainOf(found: unknown, path: string, depth: number): Plain | undefined {
  if (depth > MOST_DEPTH) throw tooDeep('bad-json', path);
  const value = fieldsAt(found, path) ?? {};
  if (value.stringValue !== undefined) return textAt(value, 'stringValue', path);
  if (value.boolValue !== undefined) {
    if (typeof value.boolValue === 'boolean') return value.boolValue;
    throw wrong(value.boolValue, 'true or false', `${path}.boolValue`);
  }
  if (value.intValue !== undefined) return numberAt(value, 'intValue', path, 'integer');
  if (value.doubleValue !== undefined) {
    const number = numberAt(value, 'doubleValue', path, 'double');
    return number === undefined || Number.isFinite(number) ? number : String(number);
  }
  if (value.bytesValue !== undefined) return textAt(value, 'bytesValue', path);
  if (value.arrayValue !== undefined) {
    const at = `${path}.arrayValue`;
    const values = arrayAt(fieldsAt(value.arrayValue, at) ?? {}, 'values', at);
    return values.map((each, index) => plainOf(each, `${at}.values[${index}]`, depth + 1) ?? null);
  }
  if (value.kvlistValue === undefined) return undefined;
  const at = `${path}.kvlistValue`;
  const pairs = arrayAt(fieldsAt(value.kvlistValue, at) ?? {}, 'values', at);
  return Object.fromEntries(
    pairs.map((each, index) => {
      const pairAt = `${at}.values[${index}]`;
      const pair = fieldsAt(each, pairAt) ?? {};
      return [textAt(pair, 'key', pairAt), plainOf(pair.value, `${pairAt}.value`, depth + 1) ?? null];
    }),
  );
}
