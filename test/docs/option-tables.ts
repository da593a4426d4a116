import assert from 'node:assert/strict';
import type { z } from 'zod';
import { writtenSchema } from '../../src/evaluate/index.js';

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
  /** What one is called, of a part that contains itself. */
  readonly title?: string;
}

/** The options of one schema, by their own names. */
export function optionTable(schema: z.ZodType): string {
  return table('', writtenSchema(schema) as Part).trim();
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
      if (typeof below === 'object' && (below.oneOf || below.anyOf)) more.push(tables(`${here}.NAME`, below));
      return rowsOf(here, field, required.has(key));
    });
  return `${heading}\n| option | is | default | meaning |\n|---|---|---|---|\n${rows.join('\n')}\n${more.join('')}`;
}

/** The row of an option and those of what it holds; what contains itself is described once. */
function rowsOf(path: string, field: Part, isRequired: boolean, within: readonly Part[] = []): string[] {
  const inner = field.items?.properties ? field.items : field;
  if (within.includes(inner) || !inner.properties) return [row(path, field, isRequired)];
  const place = inner === field ? path : `${path}[]`;
  const below = Object.entries(inner.properties).flatMap(([key, child]) =>
    rowsOf(`${place}.${key}`, child, inner.required?.includes(key) ?? false, [...within, inner]),
  );
  return inner === field ? below : [row(path, field, isRequired), ...below];
}

function row(path: string, field: Part, isRequired: boolean): string {
  assert.ok(field.description, `${path} has no description`);
  const initial =
    field.default === undefined
      ? isRequired
        ? 'required'
        : 'none'
      : `\`${JSON.stringify(field.default).replace(/^"|"$/g, '')}\``;
  const cells = [
    `\`${path}\``,
    kindOf(field),
    initial,
    `${field.description}${field.secret ? ' Secret.' : ''}`,
  ].map((cell) => cell.replaceAll('|', '\\|'));
  return `| ${cells.join(' | ')} |`;
}

function kindOf(field: Part): string {
  if (field.enum) return field.enum.map((value) => `\`${value}\``).join(', ');
  if (field.anyOf) return field.anyOf.map(kindOf).join(' or ');
  if (field.items?.properties) return field.items.title ? `list of ${field.items.title}s` : 'list';
  if (field.items) return `list of ${kindOf(field.items)}s`;
  return (
    { string: 'text', boolean: 'true or false', object: 'map', integer: 'whole number' }[field.type ?? ''] ??
    `${field.type}`
  );
}
