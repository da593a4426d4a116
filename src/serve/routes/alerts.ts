import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { AlertState } from '../../alert/index.js';
import { person } from '../../audit/index.js';
import { labelsOf } from '../../dispatch/index.js';
import type { Pipeline } from '../../pipeline/index.js';
import { Problem } from '../../problem.js';
import { actorOf } from '../access.js';
import { describeRoute } from '../describe.js';
import { readBody, readEnd } from '../read.js';
import {
  ALERT_STATES,
  type AlertShape,
  alertOfPast,
  alertOfState,
  alertShape,
  byGiven,
  timeGiven,
} from '../shapes.js';

const alertsQuery = z.object({
  state: z.enum(ALERT_STATES).optional().describe('Only alerts in this state'),
  node: z.string().optional().describe('Only alerts of this node'),
});

const params = z.object({ id: z.string() });

const ackGiven = z.strictObject({
  why: z.string({ error: 'a text' }).optional(),
  until: timeGiven.optional().describe('Default: 8 h from now'),
  for: z
    .string({ error: 'a duration such as 8h' })
    .optional()
    .describe('Instead of until: how long, such as 8h'),
  by: z.string({ error: 'a name' }).optional().describe('Who, where the token does not say'),
});

/** What is pending, firing and resolved, and who has taken it. */
export function alertRoutes(app: FastifyInstance, pipeline: Pipeline, now: () => number): void {
  const { acks } = pipeline.people;
  const tag = 'alerts';
  app.get<{ Querystring: z.infer<typeof alertsQuery> }>(
    '/alerts',
    describeRoute({
      tag,
      summary: 'Alerts: those active now, then those of the past, newest first',
      answer: z.object({ alerts: z.array(alertShape) }),
      query: alertsQuery,
    }),
    async ({ query }) => {
      // An alert that is shown here must still be known after a crash, so a step under way is waited for.
      await pipeline.alerts.settled();
      const at = now();
      const active = pipeline.alerts.all().map((state) => alertView(pipeline, state, at));
      const past = pipeline.alerts.past().map(alertOfPast).reverse();
      const alerts = [...active, ...past].filter(
        ({ state, node }) => (query.state ?? state) === state && (query.node ?? node) === node,
      );
      return { alerts };
    },
  );
  app.post<{ Params: { id: string } }>(
    '/alerts/:id/ack',
    describeRoute({ tag, summary: 'Take an alert', answer: alertShape, params, body: ackGiven }),
    async (request) => {
      const at = now();
      const { why = '', until: end, for: lasts, by: given } = readBody(ackGiven, request.body);
      const until = readEnd({ at: end, for: lasts }, 'until', at);
      const alert = find(pipeline, request.params.id);
      const by = actorOf(request, given);
      const draft = { by, why, ...(until === undefined ? {} : { until }) };
      await acks.acknowledge(alert.id, draft, at, person(by));
      return alertView(pipeline, alert, at);
    },
  );
  app.delete<{ Params: { id: string }; Querystring: z.infer<typeof byGiven> }>(
    '/alerts/:id/ack',
    describeRoute({ tag, summary: 'Give an alert back', answer: alertShape, params, query: byGiven }),
    async (request) => {
      const at = now();
      const alert = find(pipeline, request.params.id);
      const by = actorOf(request, request.query.by);
      await acks.withdraw(alert.id, by, at, person(by));
      return alertView(pipeline, alert, at);
    },
  );
}

/** An alert with what people have done about it. */
export function alertView({ people }: Pipeline, alert: AlertState, now: number): AlertShape {
  const silences = people.silences.silencing(labelsOf({ ...alert, ...alert.about }), now);
  return alertOfState(alert, {
    ack: people.acks.of(alert.id, now) ?? null,
    silencedBy: silences.map(({ id }) => id),
  });
}

/** @throws Problem not-found, which tells an alert that is over from one that never was */
function find({ alerts }: Pipeline, id: string): AlertState {
  const alert = alerts.all().find((each) => each.id === id);
  if (alert) return alert;
  const past = alerts.past().find((each) => each.id === id);
  const cure = 'GET /api/v1/alerts lists the alerts that there are.';
  if (!past) throw new Problem('not-found', `there is no alert ${id}`, { cure });
  const when = new Date(past.at).toISOString();
  throw new Problem('not-found', `alert ${id} (${past.rule} on ${past.node}) is over since ${when}`, {
    cure: 'Nothing needs to be done.',
  });
}
