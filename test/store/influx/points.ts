/** Some points were dropped; the others are there. */
export class PartialWrite extends Error {}

export interface Series {
  readonly measurement: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly field: string;
  readonly isInteger: boolean;
  /** Value by time, unix ms. */
  readonly points: Map<number, number | string>;
}

/** Series in memory, written by line protocol: of the same series and time, the value written last is kept. */
export class PointStore {
  readonly all = new Map<string, Series>();

  /** Takes a body with times in ms; with a PartialWrite all but what conflicts, with another Error nothing. */
  write(body: string): void {
    const taken = body
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'))
      .map(parse);
    const types = new Map([...this.all.values()].map((series) => [typeKey(series), series.isInteger]));
    let dropped = 0;
    for (const { measurement, tags, fields, time } of taken) {
      // A point is dropped as a whole.
      const isIn = fields.every(({ field, isInteger }) => {
        return (types.get(typeKey({ measurement, field })) ?? isInteger) === isInteger;
      });
      if (!isIn) dropped++;
      for (const { field, value, isInteger } of isIn ? fields : []) {
        const key = JSON.stringify([measurement, Object.entries(tags).sort(), field]);
        const series = this.all.get(key) ?? {
          measurement,
          tags,
          field,
          isInteger,
          points: new Map<number, number | string>(),
        };
        series.points.set(time, value);
        types.set(typeKey(series), isInteger);
        this.all.set(key, series);
      }
    }
    if (dropped > 0)
      throw new PartialWrite(
        `failure writing points to database: partial write: field type conflict dropped=${dropped}`,
      );
  }
}

interface Field {
  readonly field: string;
  readonly isInteger: boolean;
  readonly value: number | string;
}

/** A field has one type in a measurement. */
function typeKey({ measurement, field }: Pick<Series, 'measurement' | 'field'>): string {
  return JSON.stringify([measurement, field]);
}

/** One line, by the grammar that InfluxDB documents: backslashes escape commas, spaces and equals signs, quotes hold text. */
function parse(line: string) {
  const [head = ''] = split(line, ' ');
  const parts = split(line.slice(head.length + 1), ' ', true);
  const [body = '', time = ''] = parts;
  if (parts.length !== 2 || !/^-?\d+$/.test(time))
    throw new Error(`unable to parse '${line}': bad timestamp`);
  const [measurement = '', ...tagTexts] = split(head, ',');
  const tags = Object.fromEntries(tagTexts.map((tag) => pair(tag, line)));
  for (const key of Object.keys(tags))
    if (['_field', '_measurement', 'time'].includes(key)) throw new Error(`invalid tag key: ${key}`);
  const fields = split(body, ',', true).map((text): Field => {
    const [, key = '', quoted] = /^([^=]+)="((?:[^"\\]|\\.)*)"$/.exec(text) ?? [];
    if (quoted !== undefined)
      return { field: key, isInteger: false, value: quoted.replace(/\\(["\\])/g, '$1') };
    const [field, value] = pair(text, line);
    const isInteger = /^-?\d+i$/.test(value);
    if (!isInteger && !/^-?\d+(\.\d+)?([eE][-+]?\d+)?$/.test(value))
      throw new Error(`unable to parse '${line}': invalid number`);
    return { field, isInteger, value: Number(value.replace('i', '')) };
  });
  return { measurement: unescaped(measurement), tags, fields, time: Number(time) };
}

function pair(text: string, line: string): [string, string] {
  const [key = '', value = '', ...more] = split(text, '=');
  if (key === '' || value === '' || more.length > 0)
    throw new Error(`unable to parse '${line}': missing tag value`);
  return [unescaped(key), unescaped(value)];
}

/** Quotes mean something in fields only. */
function split(text: string, separator: string, hasQuotes = false): string[] {
  const parts = [''];
  let isQuoted = false;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (hasQuotes && character === '"') isQuoted = !isQuoted;
    if (character === '\\' && at + 1 < text.length) parts[parts.length - 1] += character + text[++at];
    else if (character === separator && !isQuoted) parts.push('');
    else parts[parts.length - 1] += character;
  }
  return parts;
}

function unescaped(text: string): string {
  return text.replace(/\\([, =])/g, '$1');
}
