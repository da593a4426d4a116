import type { PointStore } from './points.js';

type Value = string | number | Date;
type Row = Readonly<Record<string, Value>>;

/** A table of Flux: rows that agree in the columns of its group key. */
interface Table {
  readonly key: Readonly<Record<string, Value>>;
  readonly rows: readonly Row[];
}

type Stage = (tables: readonly Table[]) => readonly Table[];

export interface FluxResult {
  readonly name: string;
  readonly tables: readonly Table[];
}

/**
 * Runs the part of Flux that is asked for by this project, as its documentation has it: every pipeline is a result, by
 * the name that `yield` gives it. @throws Error for anything else, as the server answers 400
 */
export function runFlux(script: string, store: PointStore, bucket: string): FluxResult[] {
  return script.split(/\n\n+/).map((pipeline) => {
    const calls = pipeline.split(/\n\s*\|> /).map((text) => {
      const [, name = '', args = ''] = /^(\w+)\(([\s\S]*)\)$/.exec(text.trim()) ?? [];
      return { name, args };
    });
    const from = calls.shift();
    if (from?.name !== 'from') throw new Error(`expected from(), found ${pipeline.slice(0, 40)}`);
    if (textOf(from.args.replace('bucket: ', '')) !== bucket) throw new Error('could not find bucket');
    if (calls[0]?.name !== 'range')
      throw new Error('cannot submit unbounded read; try bounding from with range');
    let result = '_result';
    let tables = everything(store);
    for (const { name, args } of calls) {
      if (name === 'yield') result = textOf(args.replace('name: ', ''));
      else tables = stage(name, args)(tables);
    }
    return { name: result, tables: tables.filter(({ rows }) => rows.length > 0) };
  });
}

function everything(store: PointStore): readonly Table[] {
  return [...store.all.values()].map(({ measurement, tags, field, points }) => {
    const key = { ...tags, _measurement: measurement, _field: field };
    const rows = [...points]
      .sort(([a], [b]) => a - b)
      .map(([time, value]): Row => ({ ...key, _time: new Date(time), _value: value }));
    return { key, rows };
  });
}

function stage(name: string, args: string): Stage {
  if (name === 'range') return range(args);
  if (name === 'filter') return each((rows) => rows.filter(predicate(args)));
  if (name === 'window') return window(args);
  if (name === 'first') return each((rows) => rows.slice(0, 1));
  if (name === 'last') return each((rows) => rows.slice(-1));
  if (name === 'min') return each((rows) => extreme(rows, (a, b) => a < b));
  if (name === 'max') return each((rows) => extreme(rows, (a, b) => a > b));
  if (name === 'count')
    return (tables) => tables.map(({ key, rows }) => ({ key, rows: [{ ...key, _value: rows.length }] }));
  if (name === 'drop') return regroup((column) => !listOf(args).includes(column));
  if (name === 'keep') return regroup((column) => listOf(args).includes(column));
  if (name === 'limit') return each((rows) => rows.slice(0, Number(args.replace('n: ', ''))));
  if (name === 'sort') {
    const sign = args.includes('desc: true') ? -1 : 1;
    const [column = ''] = listOf(args);
    return each((rows) => [...rows].sort((a, b) => sign * (Number(a[column]) - Number(b[column]))));
  }
  throw new Error(`undefined identifier ${name}`);
}

function each(change: (rows: readonly Row[]) => readonly Row[]): Stage {
  return (tables) => tables.map(({ key, rows }) => ({ key, rows: change(rows) }));
}

/** Start inclusive, stop exclusive; both become columns of the group key. */
function range(args: string): Stage {
  const [, start = '', stop = ''] = /^start: (\S+), stop: (\S+)$/.exec(args) ?? [];
  const [from, to] = [new Date(start), new Date(stop)];
  if (Number.isNaN(+from) || Number.isNaN(+to)) throw new Error(`invalid time literal in ${args}`);
  if (from >= to) throw new Error('cannot query an empty range');
  return (tables) =>
    tables.map(({ key, rows }) => {
      const bounds = { _start: from, _stop: to };
      const inside = rows.filter(({ _time }) => Number(_time) >= Number(from) && Number(_time) < Number(to));
      return { key: { ...key, ...bounds }, rows: inside.map((row) => ({ ...row, ...bounds })) };
    });
}

/** Windows that begin at multiples of `every` from the epoch, cut to the range; only those that have rows. */
function window(args: string): Stage {
  const every = Number(/^every: (\d+)ms$/.exec(args)?.[1]);
  return (tables) =>
    tables.flatMap(({ key, rows }) => {
      const windows = new Map<number, Row[]>();
      for (const row of rows) {
        const start = Math.floor(Number(row._time) / every) * every;
        windows.set(start, [...(windows.get(start) ?? []), row]);
      }
      return [...windows].map(([start, found]) => {
        const bounds = {
          _start: new Date(Math.max(start, Number(key._start))),
          _stop: new Date(Math.min(start + every, Number(key._stop))),
        };
        return { key: { ...key, ...bounds }, rows: found.map((row) => ({ ...row, ...bounds })) };
      });
    });
}

/** Of rows with the same value the first, as selectors have it. */
function extreme(rows: readonly Row[], isBetter: (a: Value, b: Value) => boolean): Row[] {
  const [first, ...others] = rows;
  if (!first) return [];
  return [others.reduce((best, row) => (isBetter(row._value, best._value) ? row : best), first)];
}

/** Leaves columns out; tables whose group keys are then the same become one. */
function regroup(isKept: (column: string) => boolean): Stage {
  const pick = (row: Row): Row =>
    Object.fromEntries(Object.entries(row).filter(([column]) => isKept(column)));
  return (tables) => {
    const merged = new Map<string, { key: Row; rows: Row[] }>();
    for (const { key, rows } of tables) {
      const kept = pick(key);
      const id = JSON.stringify(Object.entries(kept).sort(([a], [b]) => (a < b ? -1 : 1)));
      const table = merged.get(id) ?? { key: kept, rows: [] };
      table.rows.push(...rows.map(pick));
      merged.set(id, table);
    }
    return [...merged.values()];
  };
}

/** `(r) => r.a == "x" or r.b == "y"` */
function predicate(args: string): (row: Row) => boolean {
  const [, body = ''] = /^fn: \(r\) => ([\s\S]*)$/.exec(args) ?? [];
  const tests = [...body.matchAll(/r\.(\w+) == ("(?:[^"\\]|\\.)*")(?: or |$)/g)];
  const read = tests.reduce((length, [text]) => length + text.length, 0);
  if (tests.length === 0 || read !== body.length) throw new Error(`cannot read the predicate ${body}`);
  const wanted = tests.map(([, column, text]) => [column, textOf(text)] as const);
  return (row) => wanted.some(([column, value]) => row[column] === value);
}

function listOf(args: string): string[] {
  const [, list = ''] = /columns: \[([^\]]*)\]/.exec(args) ?? [];
  return list.split(', ').map(textOf);
}

function textOf(literal: string): string {
  if (!/^"([^"\\$]|\\[nrt"\\$]|\$(?!\{))*"$/.test(literal))
    throw new Error(`invalid text literal ${literal}`);
  const plain: Record<string, string> = { n: '\n', r: '\r', t: '\t' };
  return literal.slice(1, -1).replace(/\\(.)/g, (_, character: string) => plain[character] ?? character);
}

/**
 * Results as annotated CSV (the dialect that the client asks for): a block with annotations and a header for every run
 * of tables with the same columns, lines ended by CR LF, an empty line behind each block.
 */
export function annotatedCsv(results: readonly FluxResult[]): string {
  let text = '';
  for (const { name, tables } of results) {
    let lastHeader = '';
    tables.forEach(({ key, rows }, index) => {
      const columns = Object.keys(rows[0] ?? {}).sort();
      const header = [
        ['#group', 'false', 'false', ...columns.map((column) => String(column in key))],
        ['#datatype', 'string', 'long', ...columns.map((column) => typeOf(column, rows[0]?.[column] ?? ''))],
        ['#default', name, '', ...columns.map(() => '')],
        ['', 'result', 'table', ...columns.map(quote)],
      ]
        .map((cells) => `${cells.join(',')}\r\n`)
        .join('');
      if (header !== lastHeader) text += `${lastHeader === '' ? '' : '\r\n'}${header}`;
      lastHeader = header;
      for (const row of rows) {
        text += `,,${index},${columns.map((column) => cell(row[column] ?? '')).join(',')}\r\n`;
      }
    });
    if (lastHeader !== '') text += '\r\n';
  }
  return text === '' ? '\r\n' : text;
}

function typeOf(column: string, value: Value): string {
  if (value instanceof Date) return 'dateTime:RFC3339';
  return column === '_value' && typeof value === 'number' ? 'double' : 'string';
}

/** Floats without an exponent, times without zeros at the end, as the server writes them. */
function cell(value: Value): string {
  if (value instanceof Date) return value.toISOString().replace(/\.?0*Z$/, 'Z');
  if (typeof value === 'string') return quote(value);
  const [digits = '', exponent] = String(value).split('e');
  if (exponent === undefined) return digits;
  if (Number(exponent) > 0) return BigInt(value).toString();
  return `${value < 0 ? '-' : ''}0.${'0'.repeat(-Number(exponent) - 1)}${digits.replace(/[-.]/g, '')}`;
}

function quote(text: string): string {
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
