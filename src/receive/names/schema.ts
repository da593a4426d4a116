import { z } from 'zod';
import { SIGNALS } from '../../telemetry/index.js';

/**
 * The schema of a file of names, shipped or a user's. It says which fields of a measurement (Telegraf) and which metrics
 * (Prometheus, OTLP) are which signals. It is strict, so that a key may be added without changing the meaning of
 * files that exist.
 */

const names = z.array(z.string().min(1));

const scalar = z.union([z.string(), z.number(), z.boolean()]);

const tagCondition = z.union([
  z.string(),
  z.array(z.string()).min(1),
  z.strictObject({
    not: z.union([z.string(), z.array(z.string()).min(1)]).describe('Values that it must not have.'),
  }),
]);

const source = z
  .string()
  .min(1)
  .optional()
  .describe('Kind of measurement, as `sources` orders them. Left out, the metric is a kind of its own.');

const sumOver = names
  .optional()
  .describe('The signal is the sum over the series of one node that differ in these labels.');

export const UNITS = ['ns', 'us', 'ms', 's', 'B', 'kB', 'MB', 'GB', 'KiB', 'MiB', 'GiB', 'percent'] as const;

/** How one field is read into a signal. */
export const read = z.strictObject({
  field: z.string().min(1).describe('Name of the field.'),
  unit: z
    .enum(UNITS)
    .optional()
    .describe('Unit of the field, where it is not that of the signal (bytes, seconds).'),
  as: z
    .enum(['value', 'uptime'])
    .default('value')
    .describe('`uptime`: seconds since the start, from which start_time follows.'),
  equals: scalar.optional().describe('The signal is 1 where the field equals this, else 0.'),
  above: z.number().optional().describe('The signal is 1 where the field is greater than this, else 0.'),
  between: z
    .tuple([z.number(), z.number()])
    .optional()
    .describe('The signal is 1 where the field is within these, both inclusive, else 0.'),
  none: z
    .array(z.number())
    .default([])
    .describe('Values that mean "no value", beside 0, -1 and 2^62 of limits.'),
  times: z
    .enum(['heap_limit', 'memory_limit'])
    .optional()
    .describe('The field is a share of this limit of the node, whose newest value it is multiplied by.'),
  source,
  sumOver,
});

const reading = z.union([
  read,
  z.strictObject({ firstOf: z.array(read).min(1).describe('The first of these fields that a line has.') }),
  z.strictObject({ allOf: z.array(read).min(1).describe('The lowest: 1 only where all of them are.') }),
]);

const where = z
  .record(z.string(), tagCondition)
  .describe('Tags that a line must have; "" stands for an absent one.');

const identity = {
  nodeTag: z
    .boolean()
    .default(true)
    .describe(
      'Whether the tag `node` is the name of the node; false where it means a machine of Kubernetes.',
    ),
  node: names
    .default([])
    .describe(
      'Names of the node, such as "{namespace}/{pod}"; the first whose tags are all there. The tag `node` comes before, `host` after.',
    ),
  notLabels: names.default([]).describe('Tags that do not become labels.'),
  onlyLabels: names.optional().describe('The only tags that become labels.'),
  labels: z
    .record(z.string(), names)
    .default({})
    .describe('Labels that are made of tags of other names: the first of these tags that is there.'),
};

export const table = z.strictObject({
  measurement: z.string().min(1).describe('Name of the measurement. Required.'),
  about: z.string().optional().describe('A note for people.'),
  where: where.default({}),
  ...identity,
  signals: z.partialRecord(z.enum(SIGNALS), reading).describe('Which fields are which signals.'),
  traps: z
    .record(z.string(), z.string())
    .default({})
    .describe('Fields that look like a signal and are not, with the reason. They are never read.'),
});

export const metric = z.strictObject({
  metric: z.string().min(1).describe('Name as it is sent, with _sum or _count.'),
  about: z.string().optional().describe('A note for people.'),
  where: where.default({}),
  signal: z.enum(SIGNALS).describe('The signal that it is.'),
  source,
  sumOver,
  sum: z
    .literal(true)
    .optional()
    .describe('The signal is the sum over all series of this metric that the node has.'),
  plus: z
    .string()
    .min(1)
    .optional()
    .describe('The signal is the sum of this metric and that one; without either there is none.'),
  node: names
    .optional()
    .describe('Names of the node, where they are not those of the group; `/*` at the end: all of the pod.'),
  prefix: z
    .boolean()
    .default(false)
    .describe('Whether a prefix before the name, as client libraries allow it, changes nothing.'),
  read: read
    .omit({ field: true, source: true, sumOver: true })
    .prefault({})
    .describe('How the value is read.'),
});

const group = z.strictObject({
  ...identity,
  metrics: z
    .array(metric)
    .default([])
    .describe('Which metrics are which signals; the first that fits is taken.'),
  traps: z
    .record(z.string(), z.string())
    .default({})
    .describe('Metrics that look like a signal and are not, with the reason.'),
});

export const namesFile = z
  .strictObject({
    sources: z
      .partialRecord(z.enum(SIGNALS), names)
      .default({})
      .describe('Kinds of measurement by signal, the best first. Of several that a node has, one is used.'),
    tables: z.array(table).default([]).describe('Measurements of line protocol.'),
    prometheus: group.optional().describe('Metrics under their Prometheus names.'),
    otlp: group.optional().describe('Metrics under their OpenTelemetry names.'),
  })
  .describe('What agents call our signals.');

export type NamesFile = z.infer<typeof namesFile>;
export type Table = z.infer<typeof table>;
export type Metric = z.infer<typeof metric>;
export type Read = z.infer<typeof read>;
export type Group = z.infer<typeof group>;
export type ReadHow = Omit<Read, 'field' | 'source' | 'sumOver'>;
export type Where = z.infer<typeof where>;
export type Identity = Pick<Table, 'nodeTag' | 'node' | 'notLabels' | 'onlyLabels' | 'labels'>;
