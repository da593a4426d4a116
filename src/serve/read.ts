import type { FastifyInstance } from 'fastify';
import type { z } from 'zod';
import { type LabelMatcher, MatcherFault, matcherOfJson, parseMatchers } from '../dispatch/index.js';
import { nearest } from '../evaluate/index.js';
import { Problem } from '../problem.js';
import { parseDuration } from '../telemetry/index.js';

/** Unix ms, as a number or its digits, else RFC 3339. @throws Problem bad-request */
export function readTime(given: string | number, path: string): number {
  const isNumber = typeof given === 'number' || /^-?\d+(\.\d+)?$/.test(given);
  const ms = isNumber ? Number(given) : Date.parse(given);
  if (Number.isFinite(ms)) return ms;
  throw new Problem('bad-request', `found ${path} "${given}", expected unix ms or RFC 3339`, {
    place: { path },
  });
}

/**
 * The end of something that is given as a time or as a duration such as `2h`; undefined when neither is.
 * @param from unix ms from which the duration counts
 * @throws Problem bad-request
 */
export function readEnd(
  end: { readonly at: string | number | undefined; readonly for: string | undefined },
  path: string,
  from: number,
): number | undefined {
  if (end.at !== undefined && end.for !== undefined) {
    throw new Problem('bad-request', `found both ${path} and for, expected one of them`, { place: { path } });
  }
  if (end.at !== undefined) return readTime(end.at, path);
  if (end.for === undefined) return undefined;
  const ms = parseDuration(end.for);
  if (ms !== undefined && ms > 0) return from + ms;
  throw new Problem('bad-request', `found for "${end.for}", expected a duration such as 2h`, {
    place: { path: 'for' },
  });
}

type MatcherGiven = string | { name: string; value: string; isRegex: boolean; isEqual?: boolean | undefined };

/** Matchers of a body: one text, or a list of texts and of objects as Alertmanager has them. @throws Problem bad-request */
export function readMatchers(given: string | readonly MatcherGiven[]): LabelMatcher[] {
  const read = (each: MatcherGiven, path: string): LabelMatcher[] => {
    try {
      if (typeof each === 'string') return parseMatchers(each);
      return [matcherOfJson({ ...each, isEqual: each.isEqual ?? true })];
    } catch (error) {
      if (!(error instanceof MatcherFault)) throw error;
      const where = typeof each === 'string' ? `column ${error.place.column}: ` : '';
      const place = { ...(typeof each === 'string' ? error.place : {}), path };
      throw new Problem('bad-request', `${path}, ${where}${error.expected}`, { place, cure: error.cure });
    }
  };
  if (typeof given === 'string') return read(given, 'matchers');
  return given.flatMap((each, at) => read(each, `matchers[${at}]`));
}

/** A body by its schema; an absent one is an empty object. @throws Problem bad-request with the field */
export function readBody<Schema extends z.ZodType>(schema: Schema, body: unknown): z.output<Schema> {
  const read = schema.safeParse(body ?? {});
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  const path = issue.path.map(String).join('.');
  const found = issue.path.reduce<unknown>((value, step) => Reflect.get(Object(value), step), body ?? {});
  const message =
    issue.code === 'unrecognized_keys'
      ? unknownField(issue.keys[0], schema)
      : `found ${written(found)}, expected ${issue.message}`;
  throw new Problem('bad-request', path === '' ? message : `${path}: ${message}`, {
    place: { path: issue.code === 'unrecognized_keys' ? issue.keys[0] : path },
  });
}

function unknownField(key: string, schema: z.ZodType): string {
  const known = 'shape' in schema ? Object.keys(Object(schema.shape)) : [];
  const near = nearest(key, known);
  return `found the field "${key}", expected one of ${known.join(', ')}${near ? `; ${near} was meant, perhaps` : ''}`;
}

function written(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}

/** Reads JSON bodies of people's routes: an empty one is none, a broken one is told with what the parser says. */
export function takeJson(app: FastifyInstance): void {
  app.removeContentTypeParser('application/json');
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) => {
    const text = body.toString();
    if (text.trim() === '') return done(null, undefined);
    try {
      done(null, JSON.parse(text));
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      done(
        new Problem('bad-json', `found a body that is not JSON: ${why}`, { cure: 'Send one JSON object.' }),
      );
    }
  });
}
