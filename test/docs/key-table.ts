import assert from 'node:assert/strict';
import type { JsonSchema } from '../../src/editor/index.js';

/** The keys of a map in a schema as a table of a page: what each is, and what holds where it is left out. */
export function keyTable(part: JsonSchema): string {
  const required = new Set(part.required);
  // Where a map must have exactly one of several keys, they are one row.
  const oneOf = (part.oneOf ?? []).flatMap(({ required: keys = [] }) => keys);
  const rows = Object.entries(part.properties ?? {}).flatMap(([key, field]) => {
    if (isReserved(field)) return [];
    if (key === oneOf[0]) {
      const keys = oneOf.map((each) => `\`${each}\``).join(', ');
      return [`| ${keys} | exactly one | The condition, see below. |`];
    }
    if (oneOf.includes(key)) return [];
    assert.ok(field.description, `${key} has no description`);
    return [`| \`${key}\` | ${defaultOf(field, required.has(key))} | ${field.description} |`];
  });
  return `| key | default | meaning |\n|---|---|---|\n${rows.join('\n')}`;
}

function defaultOf({ whenAbsent, default: initial }: JsonSchema, isRequired: boolean): string {
  if (initial !== undefined) return `\`${String(initial)}\``;
  return whenAbsent ?? (isRequired ? 'required' : 'none');
}

/** A key that no value fits. */
function isReserved(field: JsonSchema): boolean {
  return 'not' in field && Object.keys(field.not as object).length === 0;
}
