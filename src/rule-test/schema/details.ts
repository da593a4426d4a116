import { z } from 'zod';
import { duration, withCure } from '../../evaluate/index.js';
import { choiceError } from './choice.js';

/** A bound on a share, as it was written. */
export interface Bounds {
  readonly text: string;
  holds(share: number): boolean;
}

const NUMBER = String.raw`(\d+(?:\.\d+)?)\s*(%?)`;
const COMPARED = new RegExp(`^(>=|<=|>|<|at least|at most|above|below)\\s*${NUMBER}$`);
const RANGE = new RegExp(`^${NUMBER}\\s+to\\s+${NUMBER}$`);

const COMPARISONS: Readonly<Record<string, (share: number, bound: number) => boolean>> = {
  '>=': (share, bound) => share >= bound,
  'at least': (share, bound) => share >= bound,
  '<=': (share, bound) => share <= bound,
  'at most': (share, bound) => share <= bound,
  '>': (share, bound) => share > bound,
  above: (share, bound) => share > bound,
  '<': (share, bound) => share < bound,
  below: (share, bound) => share < bound,
};

const BOUNDS = 'must be a comparison such as at least 80%, ">= 0.8", below 20% or 80% to 95%';

/** `at least 80%`, `">= 0.8"`, `80% to 95%`. */
const bounds = z
  .string({
    error: ({ input }) => (typeof input === 'number' ? withCure(BOUNDS, boundsCure(input)) : BOUNDS),
  })
  .transform((text, context): Bounds => {
    const fail = (cure: string) => {
      context.addIssue({ code: 'custom', message: withCure(BOUNDS, cure) });
      return z.NEVER;
    };
    const [, word, number, percent] = COMPARED.exec(text.trim()) ?? [];
    const [, low, lowPercent, high, highPercent] = RANGE.exec(text.trim()) ?? [];
    if (word === undefined && low === undefined)
      return fail('in quotes where it begins with > or <, which YAML takes for itself');
    const shares =
      word === undefined ? [share(low, lowPercent), share(high, highPercent)] : [share(number, percent)];
    if (shares.some((value) => value > 1)) return fail('a share is at most 100%, or 1');
    if (word !== undefined) return { text, holds: (value) => COMPARISONS[word](value, shares[0]) };
    return shares[0] <= shares[1]
      ? { text, holds: (value) => value >= shares[0] && value <= shares[1] }
      : fail('the smaller one comes first');
  });

/** A bare number above 1 was most likely meant as a percentage. */
function boundsCure(input: number): string {
  const share = input > 1 ? `${input}%` : String(input);
  return `write at least ${share}, or below ${share}`;
}

function share(number: string, percent: string): number {
  return Number(number) / (percent === '%' ? 100 : 1);
}

/** A text that must be in another, or a regular expression that must match it. */
export interface TextPattern {
  readonly text: string;
  matches(text: string): boolean;
}

const pattern = z
  .string({ error: 'must be text, or a regular expression between slashes' })
  .min(1, { error: 'must not be empty' })
  .transform((text, context): TextPattern => {
    const [, source, flags = ''] = /^\/(.+)\/([a-z]*)$/.exec(text) ?? [];
    if (source === undefined) return { text, matches: (where) => where.includes(text) };
    try {
      const expression = new RegExp(source, flags.replace(/[gy]/g, ''));
      return { text, matches: (where) => expression.test(where) };
    } catch (error) {
      const why = error instanceof Error ? error.message.replace(/^.*: /, '') : String(error);
      const message = `must be a regular expression: ${why}`;
      context.addIssue({
        code: 'custom',
        message: withCure(message, 'put \\ before a sign that is meant as it is'),
      });
      return z.NEVER;
    }
  });

const patterns = z.union([pattern.transform((one) => [one]), z.array(pattern).min(1)], {
  error: choiceError('must be text, a regular expression between slashes, or a list of them', [
    'text',
    'list',
  ]),
});

const timeRange = z
  .tuple([duration('2h', { zero: true }), duration('3h', { zero: true })], {
    error: 'must be two times of the test, such as [2h, 3h]',
  })
  .refine(([from, to]) => from <= to, {
    error: withCure('must begin before it ends', 'put the earlier one first'),
  });

/** What may be expected of an alert beside its state. */
export const detailFields = {
  cause: z
    .enum(['leak', 'native', 'load', 'gc', 'version', 'none'])
    .optional()
    .describe('Why the forecast says that memory runs out; none where it names no cause.'),
  probability: bounds
    .optional()
    .describe('How sure the forecast is: at least 80%, ">= 0.8", below 20%, 80% to 95%.'),
  breach_p50: timeRange
    .optional()
    .describe('When the limit is most likely reached, as two times of the test: [2h, 3h].'),
  severity: z.string().min(1).optional().describe('The severity of the rule: page, ticket, ...'),
  message: z
    .strictObject({
      subject: patterns
        .optional()
        .describe('What the subject must contain, or /a regular expression/; a list of such.'),
      text: patterns
        .optional()
        .describe('What the text must contain, or /a regular expression/; a list of such.'),
    })
    .refine(({ subject, text }) => subject !== undefined || text !== undefined, {
      error: withCure('must have subject, text or both', 'write { subject: reaches its memory limit }'),
    })
    .optional()
    .describe(
      'The last message that the alert caused, as a mail of it reads. Times in it are times of the test.',
    ),
};

const detailSchema = z.strictObject(detailFields);
export type Details = z.output<typeof detailSchema>;
export const DETAILS = Object.keys(detailFields) as (keyof Details)[];

export { timeRange };
