// Comes in: the schemas by which rule files and the configuration are read. Goes out: the same as JSON Schema, with
// texts for an editor: what completes a key, and what is shown over one.
export { EDITOR_SCHEMAS, type EditorSchema, editorSchemaText, type SchemaName } from './editor-schemas.js';
export type { JsonSchema } from './json-schema.js';
