import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { horizonOf, type Pipeline } from '../../pipeline/index.js';
import { Problem } from '../../problem.js';
import { isSignal, type NodeRecord, SIGNALS } from '../../telemetry/index.js';
import { findOddities, type Resource } from '../../trend/index.js';
import { describeRoute } from '../describe.js';
import { findMissing } from '../missing.js';
import { readTime } from '../read.js';
import {
  forecastOf,
  forecastShape,
  type NodeDetailShape,
  type NodeShape,
  nodeDetailShape,
  nodeShape,
} from '../shapes.js';

const RESOURCES: readonly Resource[] = ['rss', 'heap'];
const HOUR_MS = 3_600_000;

const nodeParams = z.object({ node: z.string() });
const samplesQuery = z.object({
  signal: z.string().describe(`One of ${SIGNALS.join(', ')}`),
  from: z.string().optional().describe('Unix ms or RFC 3339, inclusive; default: an hour before to'),
  to: z.string().optional().describe('Unix ms or RFC 3339, exclusive; default: now'),
});
const samplesShape = z.object({
  node: z.string(),
  signal: z.string(),
  samples: z.array(z.array(z.number())).describe('[unix ms, value], in time order'),
});

/** What is known of nodes: their newest values, their history, their forecasts. */
export function nodeRoutes(app: FastifyInstance, pipeline: Pipeline, now: () => number): void {
  const tag = 'nodes';
  const find = (name: string): NodeRecord => {
    const node = pipeline.registry.find(name);
    if (node) return node;
    throw new Problem('not-found', `no node "${name}" has ever sent anything`);
  };

  app.get(
    '/nodes',
    describeRoute({ tag, summary: 'All nodes', answer: z.object({ nodes: z.array(nodeShape) }) }),
    () => ({ nodes: pipeline.registry.nodes.map((node) => nodeOf(pipeline, node)) }),
  );
  app.get<{ Params: { node: string } }>(
    '/nodes/:node',
    describeRoute({ tag, summary: 'One node', answer: nodeDetailShape, params: nodeParams }),
    ({ params }): NodeDetailShape => {
      const node = find(params.node);
      const process = pipeline.trend.node(node.id);
      const shape = nodeOf(pipeline, node);
      return {
        ...shape,
        odd: process ? findOddities(process, now()) : [],
        missing: findMissing(shape),
      };
    },
  );
  app.get<{ Params: { node: string } }>(
    '/nodes/:node/forecast',
    describeRoute({
      tag,
      summary: 'When each limit of a node will be reached',
      answer: z.object({ node: z.string(), limits: z.array(forecastShape) }),
      params: nodeParams,
    }),
    ({ params }) => {
      const node = find(params.node);
      const view = pipeline.evaluation.view(node, now());
      const outlooks = RESOURCES.map((resource) =>
        view?.outlook(resource, horizonOf(pipeline.armed, resource)),
      );
      return { node: node.name, limits: outlooks.filter((outlook) => !!outlook).map(forecastOf) };
    },
  );
  app.get<{ Params: { node: string }; Querystring: z.infer<typeof samplesQuery> }>(
    '/nodes/:node/samples',
    describeRoute({
      tag,
      summary: 'History of one signal of a node',
      answer: samplesShape,
      params: nodeParams,
      query: samplesQuery,
    }),
    async ({ params, query }) => {
      const node = find(params.node);
      const { signal } = query;
      if (!isSignal(signal)) {
        throw new Problem('bad-request', `found signal "${signal}", expected one of ${SIGNALS.join(', ')}`, {
          place: { path: 'signal' },
        });
      }
      const to = query.to === undefined ? now() : readTime(query.to, 'to');
      const from = query.from === undefined ? to - HOUR_MS : readTime(query.from, 'from');
      const rows = await pipeline.store.history.read(node.id, from, to, [signal]);
      const samples: [number, number][] = [];
      for (let row = 0; row < rows.length; row++) {
        const value = rows.get(row, signal);
        if (!Number.isNaN(value)) samples.push([rows.time[row], value]);
      }
      return { node: node.name, signal, samples };
    },
  );
}

function nodeOf(pipeline: Pipeline, node: NodeRecord): NodeShape {
  const process = pipeline.trend.node(node.id);
  const latest: Record<string, number> = {};
  SIGNALS.forEach((signal, column) => {
    const value = process?.latest[column];
    if (value !== undefined && !Number.isNaN(value)) latest[signal] = value;
  });
  const finite = (value: number | undefined): number | null =>
    value !== undefined && Number.isFinite(value) ? value : null;
  return {
    node: node.name,
    labels: pipeline.registry.labelsOf(node),
    last_seen: finite(process?.lastSeen),
    process_since: finite(process?.startedAt),
    interval_ms: finite(process?.interval),
    latest,
    alerts: pipeline.alerts.of(node.name).map(({ rule, phase }) => ({ rule, state: phase })),
  };
}
