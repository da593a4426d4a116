import assert from 'node:assert/strict';
import { z } from 'zod';

export interface Part {
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly const?: unknown;
  readonly enum?: readonly string[];
  readonly properties?: Readonly<Record<string, Part>>;
  readonly required?: readonly string[];
  readonly items?: Part;
  readonly additionalProperties?: Part | boolean;
  readonly anyOf?: readonly Part[];
  readonly oneOf?: readonly Part[];
  readonly secret?: boolean;
}

/** The options of one schema, by their own names. */
export function optionTable(schema: z.ZodType): string {
  return table('', z.toJSONSchema(schema, { io: 'input' }) as Part).trim();
}

/** A table of what is below `path`, one for each branch. */
export function tables(path: string, part: Part): string {
  const branches = part.oneOf ?? part.anyOf ?? [part];
  return branches.map((branch) => table(path, branch)).join('');
}

function table(path: string, part: Part): string {
  const type = part.properties?.type?.const;
  const heading = type === undefined || path === '' ? '' : `\n### ${path}, type ${type}\n`;
  const required = new Set(part.required);
  const more: string[] = [];
  const rows = Object.entries(part.properties ?? {})
    .filter(([key]) => key !== 'type' || type === undefined)
    .flatMap(([key, field]) => {
      const here = path === '' ? key : `${path}.${key}`;
      const below = field.additionalProperties;
      if (field.properties) return [...more.splice(0), ...tableRows(here, field)];
      if (typeof below === 'object' && (below.oneOf || below.anyOf)) more.push(tables(`${here}.NAME`, below));
      return [
        row(here, field, required.has(key)),
        ...(field.items?.properties ? tableRows(`${here}[]`, field.items) : []),
      ];
    });
  return `${heading}\n| option | is | default | meaning |\n|---|---|---|---|\n${rows.join('\n')}\n${more.join('')}`;
}

function tableRows(path: string, part: Part): string[] {
  const required = new Set(part.required);
  return Object.entries(part.properties ?? {}).map(([key, field]) =>
    row(`${path}.${key}`, field, required.has(key)),
  );
}

function row(path: string, field: Part, isRequired: boolean): string {
  assert.ok(field.description, `${path} has no description`);
  const initial =
    field.default === undefined
      ? isRequired
        ? 'required'
        : 'none'
      : `\`${JSON.stringify(field.default).replace(/^"|"$/g, '')}\``;
  return `| \`${path}\` | ${kindOf(field)} | ${initial} | ${field.description}${field.secret ? ' Secret.' : ''} |`;
}

function kindOf(field: Part): string {
  if (field.enum) return field.enum.map((value) => `\`${value}\``).join(', ');
  if (field.anyOf) return field.anyOf.map(kindOf).join(' or ');
  if (field.items) return field.items.properties ? 'list' : `list of ${kindOf(field.items)}s`;
  return (
    { string: 'text', boolean: 'true or false', object: 'map', integer: 'whole number' }[field.type ?? ''] ??
    `${field.type}`
  );
}
