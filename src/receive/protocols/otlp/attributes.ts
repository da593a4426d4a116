import { WIRE, type WireReader } from '../../wire-reader.js';
import { MOST_DEPTH, tooDeep } from './streams.js';

const KEY_VALUE = { key: 1, value: 2 } as const;
const ANY = { string: 1, bool: 2, int: 3, double: 4, array: 5, list: 6, bytes: 7 } as const;

/** A value within an attribute, as `JSON.stringify` takes it. */
type Plain = string | number | boolean | null | readonly Plain[] | { readonly [key: string]: Plain };

/**
 * Reads the `KeyValue`s under one field number, up to the reader's end, into a map. Later ones win. Those without a key
 * or a value are left out.
 * @throws Problem bad-protobuf
 */
export function readAttributes(reader: WireReader, field: number, into: Map<string, string>): void {
  for (let found = reader.next(); found !== 0; found = reader.next()) {
    if (found !== field || reader.type !== WIRE.bytes) {
      reader.skip();
      continue;
    }
    const [key, value] = readKeyValue(reader, 0);
    const text = textOf(value);
    if (key !== '' && text !== undefined) into.set(key, text);
  }
}

/** Text of a value, for a label: strings as they are, the others as JSON. */
export function textOf(value: Plain | undefined): string | undefined {
  if (value === undefined || value === null) return undefined;
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function readKeyValue(reader: WireReader, depth: number): [string, Plain | undefined] {
  let key = '';
  let value: Plain | undefined;
  const outer = reader.enter();
  for (let field = reader.next(); field !== 0; field = reader.next()) {
    if (field === KEY_VALUE.key && reader.type === WIRE.bytes) key = reader.string();
    else if (field === KEY_VALUE.value && reader.type === WIRE.bytes) value = readAny(reader, depth);
    else reader.skip();
  }
  reader.leave(outer);
  return [key, value];
}

function readAny(reader: WireReader, depth: number): Plain | undefined {
  if (depth > MOST_DEPTH) throw tooDeep('bad-protobuf', 'attributes');
  let value: Plain | undefined;
  const outer = reader.enter();
  for (let field = reader.next(); field !== 0; field = reader.next()) {
    const { type } = reader;
    if (field === ANY.string && type === WIRE.bytes) value = reader.string();
    else if (field === ANY.bool && type === WIRE.varint) value = reader.uint() !== 0;
    else if (field === ANY.int && type === WIRE.varint) value = reader.int();
    else if (field === ANY.double && type === WIRE.fixed64) value = finite(reader.double());
    else if (field === ANY.array && type === WIRE.bytes) value = readArray(reader, depth);
    else if (field === ANY.list && type === WIRE.bytes) value = readList(reader, depth);
    else if (field === ANY.bytes && type === WIRE.bytes) value = reader.bytes().toString('base64');
    else reader.skip();
  }
  reader.leave(outer);
  return value;
}

/** As JSON of protobuf writes them: https://protobuf.dev/programming-guides/json/ */
function finite(value: number): number | string {
  return Number.isFinite(value) ? value : String(value);
}

function readArray(reader: WireReader, depth: number): Plain[] {
  const values: Plain[] = [];
  const outer = reader.enter();
  for (let field = reader.next(); field !== 0; field = reader.next()) {
    if (field === 1 && reader.type === WIRE.bytes) values.push(readAny(reader, depth + 1) ?? null);
    else reader.skip();
  }
  reader.leave(outer);
  return values;
}

function readList(reader: WireReader, depth: number): Plain {
  const values: [string, Plain][] = [];
  const outer = reader.enter();
  for (let field = reader.next(); field !== 0; field = reader.next()) {
    if (field === 1 && reader.type === WIRE.bytes) {
      const [key, value] = readKeyValue(reader, depth + 1);
      values.push([key, value ?? null]);
    } else reader.skip();
  }
  reader.leave(outer);
  return Object.fromEntries(values);
}
