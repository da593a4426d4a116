import { z } from 'zod';

/** Names that the series have anyway. */
const OWN_LABELS = ['node', 'limit', 'quantile'];

/** The part of the configuration about forecasts as metrics. */
export const metricsOptions = z.strictObject({
  nodes: z
    .boolean()
    .default(true)
    .describe('Whether /metrics has series for each node, or for pools only. About ten series a node.'),
  labels: z
    .array(
      z
        .string()
        .min(1)
        .refine((name) => !OWN_LABELS.includes(name), {
          error: `must be another name than ${OWN_LABELS.join(', ')}, which the series have anyway`,
        }),
    )
    .max(8)
    .default(['pool'])
    .describe(
      'Labels of nodes that go along with their series. Each adds to what Prometheus must keep; those that change often, such as version, begin new series.',
    )
    .meta({ examples: [['pool', 'zone']] }),
});

export type MetricsOptions = z.output<typeof metricsOptions>;
