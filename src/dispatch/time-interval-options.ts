import { z } from 'zod';
import { isTimeZone } from '../clock.js';
import { withCure } from '../evaluate/index.js';

const WEEKDAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];
const MONTHS = [
  'january',
  'february',
  'march',
  'april',
  'may',
  'june',
  'july',
  'august',
  'september',
  'october',
  'november',
  'december',
];

/** Inclusive at both ends; days of the month count from the end when negative. */
export type Range = readonly [number, number];

/** `monday:friday`, `saturday`; days counted from Sunday, 0. Undefined when it is neither. */
export function readWeekdays(text: string): Range | undefined {
  return readRange(text, (word) => indexIn(WEEKDAYS, word, 0), 0, 6);
}

/** `1:5`, `15`, `-3:-1`. */
export function readDays(text: string): Range | undefined {
  return readRange(
    text,
    (word) => (/^-?\d+$/.test(word) && word !== '0' ? Number(word) : undefined),
    -31,
    31,
  );
}

/** `january:march`, `5`; January is 1. */
export function readMonths(text: string): Range | undefined {
  const month = (word: string) => (/^\d+$/.test(word) ? Number(word) : indexIn(MONTHS, word, 1));
  return readRange(text, month, 1, 12);
}

/** `2026:2028`, `2027`. */
export function readYears(text: string): Range | undefined {
  return readRange(text, (word) => (/^\d{4}$/.test(word) ? Number(word) : undefined), 1970, 9999);
}

/** `09:30` in minutes since midnight; `24:00` is the end of the day. */
export function readMinutes(text: string): number | undefined {
  const match = /^([01]\d|2[0-4]):([0-5]\d)$/.exec(text);
  if (!match) return undefined;
  const minutes = Number(match[1]) * 60 + Number(match[2]);
  return minutes <= 24 * 60 ? minutes : undefined;
}

function indexIn(words: readonly string[], word: string, first: number): number | undefined {
  const at = words.indexOf(word.toLowerCase());
  return at < 0 ? undefined : at + first;
}

function readRange(
  text: string,
  read: (word: string) => number | undefined,
  least: number,
  most: number,
): Range | undefined {
  const words = text.split(':').map((word) => word.trim());
  if (words.length > 2) return undefined;
  const [from, to] = [read(words[0]), read(words[words.length - 1])];
  if (from === undefined || to === undefined || from < least || to > most) return undefined;
  // A range of days may begin before the end of the month and end after its beginning only with one sign.
  return from > to && Math.sign(from) === Math.sign(to) ? undefined : [from, to];
}

const text = (read: (text: string) => unknown, example: string) =>
  z.string().refine((value) => read(value) !== undefined, `must be such as ${example}`);

const timeOfDay = text(readMinutes, '09:00 or 24:00');

const interval = z.strictObject({
  times: z
    .array(
      z
        .strictObject({
          start_time: timeOfDay.describe('When it begins: 22:00.'),
          end_time: timeOfDay.describe('When it is over: 24:00 is the end of the day.'),
        })
        .refine(
          ({ start_time, end_time }) => (readMinutes(start_time) ?? 0) < (readMinutes(end_time) ?? 1441),
          withCure(
            'must end after it starts',
            'write two ranges for a night: 22:00 to 24:00 and 00:00 to 06:00',
          ),
        ),
    )
    .optional()
    .describe('Times of the day, the end not included.'),
  weekdays: z.array(text(readWeekdays, 'monday:friday or sunday')).optional().describe('Days of the week.'),
  days_of_month: z
    .array(text(readDays, '1:5 or -3:-1'))
    .optional()
    .describe('Days of the month; negative ones count from its end.'),
  months: z.array(text(readMonths, 'december or 1:3')).optional().describe('Months.'),
  years: z.array(text(readYears, '2026 or 2026:2028')).optional().describe('Years.'),
  location: z
    .string()
    .refine(isTimeZone, 'must be a time zone such as Europe/Berlin')
    .optional()
    .describe('Time zone; UTC when left out.'),
});

/** A named set of times, as Alertmanager writes it: it holds when one of its intervals does. */
export const timeIntervalSchema = z.strictObject({
  name: z.string().min(1).describe('The name that routes use.'),
  time_intervals: z
    .array(interval)
    .min(1)
    .describe('Each holds when all that it names does; one that holds is enough.'),
});

export type TimeIntervalText = z.infer<typeof timeIntervalSchema>;
export type IntervalText = z.infer<typeof interval>;

/** Names that are there twice. */
export function intervalsFault(intervals: readonly TimeIntervalText[]) {
  const names = intervals.map(({ name }) => name);
  return names.flatMap((name, at) =>
    names.indexOf(name) < at
      ? [
          {
            path: ['time_intervals', at, 'name'],
            message: withCure('is the name of another one already', 'give each a name of its own'),
          },
        ]
      : [],
  );
}
