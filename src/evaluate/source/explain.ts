import { z } from 'zod';
import type { Finding, Path, SyntaxCode } from './finding.js';
import { nearest } from './near.js';
import type { YamlSource } from './yaml-source.js';

/** Checks a value against a schema; every fault becomes a finding at its place in the source. */
export function readAs<Schema extends z.ZodType>(
  schema: Schema,
  source: YamlSource,
  value: unknown = source.value,
): { readonly value: z.output<Schema> | undefined; readonly findings: readonly Finding[] } {
  const result = schema.safeParse(value, { error: plainMessage });
  if (result.success) return { value: result.data, findings: [] };
  return {
    value: undefined,
    findings: result.error.issues.flatMap((issue) => explain(issue, schema, source)),
  };
}

function explain(issue: z.core.$ZodIssue, schema: z.ZodType, source: YamlSource): Finding[] {
  const path = issue.path.filter((step): step is string | number => typeof step !== 'symbol');
  if (issue.code === 'unrecognized_keys') {
    const known = knownKeys(schema, path, source.value);
    return issue.keys.map((key) => {
      const meant = nearest(key, known);
      const cure = meant ? `did you mean \`${meant}\`?` : `known here: ${known.join(', ')}`;
      return source.finding([...path, key], 'is not a known key', cure, {
        at: 'key',
        code: 'syntax/unknown-key',
      });
    });
  }
  if (issue.code === 'invalid_key') {
    return [source.finding(path, issue.issues[0]?.message ?? issue.message, '', { at: 'key' })];
  }
  if (issue.code === 'invalid_union' && issue.errors.length > 0 && issue.message === UNION) {
    return explainUnion(issue, path, schema, source);
  }
  const [message, cure = ''] = issue.message.split('\n');
  if (path.length === 0 && source.found(path) === 'nothing')
    return [source.finding(path, 'the file is empty', cure, { code: 'syntax/no-rule' })];
  if (!source.has(path))
    return [source.finding(path, `is missing, ${message}`, cure, { code: 'syntax/missing-key' })];
  const found = source.found(path);
  // Of a whole map that breaks a rule of ours, "found a map" would say nothing.
  const isAboutContent =
    found === 'a map' && (issue.code === 'custom' || ('expected' in issue && issue.expected === 'never'));
  const isSaid = isAboutContent || message.includes(', found ');
  const code = codeOf(issue, partsAt(schema, path, source.value));
  return [source.finding(path, isSaid ? message : `${message}, found ${found}`, cure, { code })];
}

/** Checks across several values say so by `params: CONTRADICTION`; units are told by the schema of the place. */
function codeOf(issue: z.core.$ZodIssue, parts: readonly SchemaPart[]): SyntaxCode {
  if (parts.some(({ unit }) => unit !== undefined)) {
    const isAcross = issue.code === 'custom' && issue.params?.isContradiction === true;
    return isAcross ? 'syntax/contradiction' : 'syntax/bad-unit';
  }
  if (issue.code === 'custom' && issue.params?.isContradiction === true) return 'syntax/contradiction';
  // Of a choice by `type` none of the types is the one that is written.
  const isUnion = issue.code === 'invalid_union' && issue.discriminator === undefined;
  return issue.code === 'invalid_type' || isUnion ? 'syntax/wrong-type' : 'syntax/bad-value';
}

/** For `params` of a check that compares several values. */
export const CONTRADICTION = { isContradiction: true };

/** Of a choice, only the branch that fits best is of interest: the one whose faults lie deepest, or are fewest. */
function explainUnion(
  issue: z.core.$ZodIssueInvalidUnion,
  path: Path,
  schema: z.ZodType,
  source: YamlSource,
): Finding[] {
  const depth = (faults: readonly z.core.$ZodIssue[]) =>
    Math.max(...faults.map((fault) => fault.path.length));
  const [best] = [...issue.errors].sort((a, b) => depth(b) - depth(a) || a.length - b.length);
  return best.flatMap((fault) => explain({ ...fault, path: [...path, ...fault.path] }, schema, source));
}

/** Messages for checks whose schema gives none of its own; the form is always "must be ...". */
const plainMessage: z.core.$ZodErrorMap = (issue) => {
  switch (issue.code) {
    case 'invalid_type': {
      const isBare = typeof issue.input === 'number' || typeof issue.input === 'boolean';
      // The value may be a secret, so the cure does not repeat it.
      const cure = issue.expected === 'string' && isBare ? '\nput it in quotes' : '';
      return `must be ${TYPE_WORDS[issue.expected] ?? issue.expected}${cure}`;
    }
    case 'invalid_value': {
      const values = issue.values.map(String);
      const meant = typeof issue.input === 'string' ? nearest(issue.input, values) : undefined;
      const cure = meant ? `\ndid you mean \`${meant}\`?` : '';
      return `must be ${values.length > 1 ? `one of ${values.join(', ')}` : values[0]}${cure}`;
    }
    case 'too_small':
      return bound(issue.origin, issue.inclusive ? 'at least' : 'more than', Number(issue.minimum));
    case 'too_big':
      return bound(issue.origin, issue.inclusive ? 'at most' : 'less than', Number(issue.maximum));
    case 'invalid_union': {
      if (Array.isArray(issue.options)) return `must be one of ${issue.options.join(', ')}`;
      return UNION;
    }
    case 'invalid_format':
      return `must be a valid ${issue.format}`;
    default:
      return undefined;
  }
};

/** Stands for "no branch of a choice fits" until the branch that fits best is explained. */
const UNION = 'must be one of several things';

const TYPE_WORDS: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a map',
  record: 'a map',
};

function bound(origin: string, relation: string, limit: number): string {
  if (origin !== 'string' && origin !== 'array') return `must be ${relation} ${limit}`;
  const [one, many] = origin === 'array' ? ['entry', 'entries'] : ['character', 'characters'];
  return `must have ${relation} ${limit} ${limit === 1 ? one : many}`;
}

/** What a JSON Schema says of one place in a document. */
export interface SchemaPart {
  readonly properties?: Readonly<Record<string, SchemaPart>>;
  readonly items?: SchemaPart | boolean;
  /** Of a list with a fixed number of entries. */
  readonly prefixItems?: readonly SchemaPart[];
  readonly additionalProperties?: SchemaPart | boolean;
  readonly anyOf?: readonly SchemaPart[];
  readonly oneOf?: readonly SchemaPart[];
  readonly const?: unknown;
  /** Set by `.meta({ secret: true })`. */
  readonly secret?: boolean;
  /** Set by `.meta({ unit: 'duration' })` and the like. */
  readonly unit?: string;
}

/**
 * What a schema expects to be written, as JSON Schema. A part that contains itself, such as a route with routes, does so
 * here as an object does: there are no references to follow.
 */
export function writtenSchema(schema: z.ZodType): SchemaPart {
  const { $defs = {}, ...whole } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  const resolve = (value: unknown): unknown => {
    if (typeof value !== 'object' || value === null) return value;
    const [, name] = /^#\/\$defs\/(.+)$/.exec(String(Reflect.get(value, '$ref'))) ?? [];
    if (name !== undefined) return $defs[name];
    for (const [key, below] of Object.entries(value)) Reflect.set(value, key, resolve(below));
    return value;
  };
  for (const part of Object.values($defs)) resolve(part);
  return resolve(whole) as SchemaPart;
}

/**
 * What a schema may say of the entry `step` of `value`; of a choice between maps, those that the value may be. Empty
 * where the schema has no such entry.
 */
export function partsBelow(part: SchemaPart, value: unknown, step: string | number): SchemaPart[] {
  return choices(part)
    .filter((choice) => isPossible(choice, value))
    .flatMap((choice) => {
      const next =
        typeof step === 'number'
          ? (choice.prefixItems?.[step] ?? choice.items)
          : (choice.properties?.[step] ?? choice.additionalProperties);
      return typeof next === 'object' ? [next] : [];
    });
}

/** What a schema may say of the place under `path` of `value`. */
function partsAt(schema: z.ZodType, path: Path, value: unknown): readonly SchemaPart[] {
  let parts = [writtenSchema(schema)];
  let here = value;
  for (const step of path) {
    parts = parts.flatMap((part) => partsBelow(part, here, step));
    here = Reflect.get(Object(here), step);
  }
  return parts;
}

function knownKeys(schema: z.ZodType, path: Path, value: unknown): string[] {
  const parts = partsAt(schema, path, value);
  const here = path.reduce<unknown>((node, step) => Reflect.get(Object(node), step), value);
  const possible = parts.flatMap(choices).filter((choice) => isPossible(choice, here));
  return [...new Set(possible.flatMap((part) => Object.keys(part.properties ?? {})))];
}

/** Whether fixed values of a map, such as its `type`, are those of `value`. */
function isPossible(part: SchemaPart, value: unknown): boolean {
  return Object.entries(part.properties ?? {}).every(
    ([key, { const: fixed }]) => fixed === undefined || Reflect.get(Object(value), key) === fixed,
  );
}

function choices(part: SchemaPart): SchemaPart[] {
  const branches = part.anyOf ?? (part.properties ? undefined : part.oneOf);
  return branches ? branches.flatMap(choices) : [part];
}
