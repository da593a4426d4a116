import type { z } from 'zod';
import { configSchema } from '../config/index.js';
import { ruleFileSchema } from '../evaluate/index.js';
import { namesFile } from '../receive/index.js';
import { testFileSchema } from '../rule-test/index.js';
import { type JsonSchema, toEditorSchema } from './json-schema.js';

export interface EditorSchema {
  readonly title: string;
  /** Copy that ships, relative to the package. */
  readonly file: string;
  /** The schema by which the loader reads such a file: one source for both. */
  readonly schema: z.ZodType;
  /** Whether `${NAME}` may stand for any value. */
  readonly takesVariables: boolean;
}

/** Every file that editors help with; one line each. */
export const EDITOR_SCHEMAS = {
  rules: entry('Headroom rules', 'schemas/rules.schema.json', ruleFileSchema, false),
  tests: entry('Headroom rule tests', 'schemas/tests.schema.json', testFileSchema, false),
  names: entry('Headroom names of metrics', 'schemas/names.schema.json', namesFile, false),
  config: entry('Headroom configuration', 'schemas/config.schema.json', configSchema, true),
} as const satisfies Record<string, EditorSchema>;

export type SchemaName = keyof typeof EDITOR_SCHEMAS;

/** The JSON Schema (draft 7) of a kind of file as the text that ships, ending in a line break. */
export function editorSchemaText(name: SchemaName): string {
  const { title, schema, takesVariables }: EditorSchema = EDITOR_SCHEMAS[name];
  const json: JsonSchema = toEditorSchema(schema, { title, takesVariables });
  return `${JSON.stringify(json, null, 2)}\n`;
}

function entry(title: string, file: string, schema: z.ZodType, takesVariables: boolean): EditorSchema {
  return { title, file, schema, takesVariables };
}
