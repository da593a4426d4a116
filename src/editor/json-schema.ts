import { z } from 'zod';
import { UNITS } from '../evaluate/index.js';

/** A part of a JSON Schema, as far as this project looks into one. */
export interface JsonSchema {
  readonly type?: string;
  readonly title?: string;
  readonly description?: string;
  readonly markdownDescription?: string;
  readonly default?: unknown;
  readonly examples?: readonly unknown[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly pattern?: string;
  readonly format?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
  readonly additionalProperties?: JsonSchema | boolean;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  /** Parts that others name by `$ref`, because they contain themselves. */
  readonly definitions?: Readonly<Record<string, JsonSchema>>;
  /** What a text with a unit is; a key of UNITS. */
  readonly unit?: keyof typeof UNITS;
  /** What holds where a key is left out, when that is no fixed value. */
  readonly whenAbsent?: string;
  readonly secret?: boolean;
}

export interface EditorOptions {
  readonly title: string;
  readonly takesVariables: boolean;
}

/**
 * A zod schema as JSON Schema draft 7, which is what the YAML language server of VS Code, Neovim and others supports
 * best. Every key gets a title (where it stands) and a markdown text made of its description, unit and default.
 */
export function toEditorSchema(schema: z.ZodType, options: EditorOptions): JsonSchema {
  const json = z.toJSONSchema(schema, { io: 'input', target: 'draft-7', unrepresentable: 'any' });
  const { $schema, ...rest } = json as JsonSchema & { readonly $schema?: string };
  return { $schema, ...polish(rest, options.title, '', options) } as JsonSchema;
}

/** What `parseDuration` and `parseBytes` take, for texts that the loader reads by these and not by a pattern. */
const PATTERNS: Readonly<Partial<Record<keyof typeof UNITS, string>>> = {
  duration: String.raw`^\s*(\d+(\.\d+)?(ms|s|m|h|d|w))+\s*$`,
  size: String.raw`^\s*\d+(\.\d+)?\s*([kKMGT]i?B|B)\s*$`,
};

function patternOf({ unit, type }: JsonSchema): string | undefined {
  return unit !== undefined && type === 'string' ? PATTERNS[unit] : undefined;
}

/** Whatever is written as `${NAME}`, with or without text around it. */
const VARIABLE: JsonSchema = { type: 'string', pattern: '\\$\\{[^}]*\\}' };

function polish(part: JsonSchema, title: string, key: string, options: EditorOptions): JsonSchema {
  const { unit, whenAbsent, secret, description, ...rest } = part;
  const texts = description
    ? { title, description: plain(description), markdownDescription: markdown(part) }
    : {};
  const pattern = rest.pattern ?? patternOf(part);
  const whole = pattern === undefined ? rest : { ...rest, pattern };
  const inner = polishInner(whole, key, options);
  if (!options.takesVariables || !isNarrow(whole)) return { ...texts, ...inner };
  const { default: initial, examples, ...condition } = inner;
  return {
    ...texts,
    ...(initial === undefined ? {} : { default: initial }),
    ...(examples === undefined ? {} : { examples }),
    anyOf: [condition, VARIABLE],
  };
}

function polishInner(part: JsonSchema, key: string, options: EditorOptions): JsonSchema {
  const below = (child: JsonSchema, name: string) =>
    polish(child, key === '' ? name : `${key}.${name}`, name, options);
  const same = (child: JsonSchema) => polish(child, key, key, options);
  // Draft 7 writes a list of fixed length as a list of its parts.
  const items = part.items as JsonSchema | readonly JsonSchema[] | undefined;
  const sameOfEach = (one: typeof items) => (Array.isArray(one) ? one.map(same) : same(one as JsonSchema));
  const { properties, additionalProperties, anyOf, oneOf, definitions } = part;
  return {
    ...part,
    ...(properties ? { properties: mapValues(properties, below) } : {}),
    ...(items ? { items: sameOfEach(items) as JsonSchema } : {}),
    ...(typeof additionalProperties === 'object' ? { additionalProperties: same(additionalProperties) } : {}),
    ...(anyOf ? { anyOf: anyOf.map(same) } : {}),
    ...(definitions
      ? { definitions: mapValues(definitions, (child, name) => polish(child, name, name, options)) }
      : {}),
    ...(oneOf ? { oneOf: oneOf.map((branch) => (branch.properties ? same(branch) : branch)) } : {}),
  };
}

function mapValues(
  parts: Readonly<Record<string, JsonSchema>>,
  change: (part: JsonSchema, name: string) => JsonSchema,
): Record<string, JsonSchema> {
  return Object.fromEntries(Object.entries(parts).map(([name, part]) => [name, change(part, name)]));
}

/** Whether `${NAME}` would not fit as it is. `type: email` decides what else there is, so it must be written out. */
function isNarrow({ type, const: fixed, pattern, format, enum: values }: JsonSchema): boolean {
  if (fixed !== undefined) return false;
  return type === 'string' ? !!(pattern ?? format ?? values) : SCALARS.includes(type ?? '');
}

const SCALARS: readonly string[] = ['number', 'integer', 'boolean'];

/** The description, what its unit is, and what holds where the key is left out. */
function markdown({ description, unit, whenAbsent, default: initial, type }: JsonSchema): string {
  const isMap = type === 'object' || type === 'array';
  const absent = whenAbsent ?? (initial === undefined || isMap ? undefined : `\`${String(initial)}\``);
  return [
    description,
    ...(unit ? [UNITS[unit]] : []),
    ...(absent === undefined ? [] : [`When left out: ${absent}.`]),
  ].join('\n\n');
}

function plain(markdownText: string): string {
  return markdownText.replaceAll('`', '');
}
