import { z } from 'zod';

/** A zod schema as the JSON Schema that fastify's validation and the OpenAPI document take. */
export function jsonSchema(schema: z.ZodType): Record<string, unknown> {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { target: 'draft-7', io: 'output' });
  return rest;
}

/** The description of a route: its summary, its answer, and what it takes. */
export function describeRoute(options: {
  readonly tag: string;
  readonly summary: string;
  readonly answer: z.ZodType;
  readonly params?: z.ZodType;
  readonly query?: z.ZodType;
  /** For the documentation alone: the route reads its body itself, with messages that say what to do. */
  readonly body?: z.ZodType;
}) {
  const { tag, summary, answer, params, query, body } = options;
  return {
    ...(body ? { validatorCompiler: takeBodyAsItIs } : {}),
    schema: {
      tags: [tag],
      summary,
      ...(params ? { params: jsonSchema(params) } : {}),
      ...(body ? { body: jsonSchema(body) } : {}),
      ...(query ? { querystring: jsonSchema(query) } : {}),
      response: { 200: { description: 'As asked for', ...jsonSchema(answer) } },
    },
  };
}

const takeBodyAsItIs = () => () => true;
