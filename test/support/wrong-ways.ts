import type { JsonSchema } from '../../src/editor/index.js';
import type { Finding } from '../../src/evaluate/index.js';

/**
 * Every way in which a document can be wrong by its structure, as `PATH CODE`: each key missing where it must be there,
 * of another type or unit, or of the right type with a value that is not allowed; and a key that is not known in each
 * map. Entries of lists are `[]`, names that are free are `*`, and of a choice by `type` that type stands in the path.
 */
export function wrongWays(schema: JsonSchema): Set<string> {
  const ways = new Set<string>();
  const seen = new Set<JsonSchema>();
  const visit = (part: JsonSchema, path: string): void => {
    // A part that contains itself is wrong in the same ways at every depth.
    if (part.properties && seen.has(part)) return;
    seen.add(part);
    const branches = part.oneOf?.filter(({ properties }) => properties) ?? [];
    if (branches.length > 0) {
      ways.add(`${path}.? syntax/bad-value`);
      ways.add(`${path} syntax/wrong-type`);
      for (const branch of branches) visit(branch, `${path}(${branch.properties?.type.const})`);
      return;
    }
    // Of the document itself, and of a branch, it is told elsewhere that it is no map.
    if (path !== '' && !path.endsWith(')')) for (const code of codesOf(part)) ways.add(`${path} ${code}`);
    if (part.additionalProperties === false) ways.add(`${path}.? syntax/unknown-key`.replace(/^\./, ''));
    for (const [key, field] of Object.entries(part.properties ?? {})) {
      const here = path === '' ? key : `${path}.${key}`;
      if (field.const === undefined) visit(field, here);
      if (part.required?.includes(key) && field.const === undefined) ways.add(`${here} syntax/missing-key`);
    }
    if (part.items?.properties) visit(part.items, `${path}[]`);
    if (typeof part.additionalProperties === 'object') visit(part.additionalProperties, `${path}.*`);
  };
  visit(schema, '');
  return ways;
}

/** What may be found at a value beside that it is missing. */
function codesOf(part: JsonSchema): string[] {
  const { unit, type, anyOf, enum: values, pattern, format } = part;
  if (unit) return ['syntax/bad-unit'];
  if (values) return ['syntax/bad-value'];
  if (anyOf?.every((branch) => branch.const !== undefined)) return ['syntax/bad-value'];
  if ('not' in part) return [];
  const isBounded = ['minLength', 'minItems', 'minimum', 'exclusiveMinimum'].some((bound) => bound in part);
  const isNarrow = pattern !== undefined || format !== undefined || isBounded;
  return type || anyOf ? ['syntax/wrong-type', ...(isNarrow ? ['syntax/bad-value'] : [])] : [];
}

/** The way in which a finding says that a document is wrong, in the words of `wrongWays`. */
export function wayOf({ path, code }: Finding, value: unknown, schema: JsonSchema): string {
  const steps = path.split(/\.|(?=\[)/).filter(Boolean);
  let part: JsonSchema | undefined = schema;
  let node: unknown = value;
  let written = '';
  for (const step of steps) {
    const isEntry = step.startsWith('[');
    const known: JsonSchema | undefined = isEntry ? part?.items : part?.properties?.[step];
    const below: JsonSchema | boolean | undefined = part?.additionalProperties;
    const isFree: boolean = !known && typeof below === 'object';
    const name = isEntry ? '[]' : `.${isFree ? '*' : known ? step : '?'}`;
    node = Reflect.get(Object(node), isEntry ? Number(step.slice(1, -1)) : step);
    part = known ?? (typeof below === 'object' ? below : undefined);
    written += name;
    const type = Reflect.get(Object(node), 'type');
    const branch: JsonSchema | undefined =
      type === undefined
        ? undefined
        : part?.oneOf?.find(({ properties }) => properties?.type?.const === type);
    if (branch) {
      written += `(${branch.properties?.type.const})`;
      part = branch;
    }
  }
  return `${written.replace(/^\./, '')} ${code}`;
}
