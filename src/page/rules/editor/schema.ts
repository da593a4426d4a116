/** As much of JSON Schema (draft 7) as the service's schemas of files use. */
export interface JsonSchema {
  readonly $ref?: string;
  readonly title?: string;
  readonly description?: string;
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly additionalProperties?: JsonSchema | boolean;
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly allOf?: readonly JsonSchema[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly default?: unknown;
  readonly examples?: readonly unknown[];
  readonly definitions?: Readonly<Record<string, JsonSchema>>;
}

/** All schemas that may hold at a path such as `['groups', 0, 'rules']`; any number stands for every item. */
export function schemasAt(root: JsonSchema, path: readonly (string | number)[]): JsonSchema[] {
  let found = spread(root, root);
  for (const step of path) {
    found = found.flatMap((schema) => {
      const next = typeof step === 'number' ? schema.items : propertyOf(schema, step);
      return next ? spread(next, root) : [];
    });
  }
  return found;
}

/** The keys that a map of these schemas may have, with what each is. */
export function keysOf(schemas: readonly JsonSchema[]): Map<string, JsonSchema> {
  return new Map(schemas.flatMap(({ properties }) => Object.entries(properties ?? {})));
}

/** Values that are worth offering, as they are written in YAML. */
export function valuesOf(schemas: readonly JsonSchema[]): string[] {
  const values = schemas.flatMap((schema) => [
    ...(schema.enum ?? []),
    ...('const' in schema ? [schema.const] : []),
    ...('default' in schema ? [schema.default] : []),
    ...(schema.examples ?? []),
    ...(schema.type === 'boolean' ? [true, false] : []),
  ]);
  return [...new Set(values.filter((value) => value !== null && typeof value !== 'object').map(String))];
}

function propertyOf({ properties, additionalProperties }: JsonSchema, key: string): JsonSchema | undefined {
  if (properties && Object.hasOwn(properties, key)) return properties[key];
  return typeof additionalProperties === 'object' ? additionalProperties : undefined;
}

/** A schema and all that it is made of. */
function spread(schema: JsonSchema, root: JsonSchema): JsonSchema[] {
  const name = schema.$ref?.split('/').at(-1);
  const target = name === undefined ? undefined : root.definitions?.[name];
  const parts = [...(schema.anyOf ?? []), ...(schema.oneOf ?? []), ...(schema.allOf ?? [])];
  return [schema, ...(target ? spread(target, root) : []), ...parts.flatMap((part) => spread(part, root))];
}
