import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { person } from '../../audit/index.js';
import type { SilenceView } from '../../dispatch/index.js';
import type { Pipeline } from '../../pipeline/index.js';
import { actorOf } from '../access.js';
import { describeRoute } from '../describe.js';
import { readBody, readEnd, readMatchers, readTime } from '../read.js';
import { byGiven, timeGiven } from '../shapes.js';
import { type PreviewShape, previewShape, type SilenceShape, silenceShape } from '../silence-shapes.js';
import { alertView } from './alerts.js';

/** Nodes that a preview names; all are counted. */
const MOST_NODES = 100;

const matchersGiven = z
  .union(
    [
      z.string(),
      z.array(
        z.union([
          z.string(),
          z.strictObject({
            name: z.string(),
            value: z.string(),
            isRegex: z.boolean(),
            isEqual: z.boolean().optional(),
          }),
        ]),
      ),
    ],
    { error: 'matchers such as "pool=edge,severity=page", or a list of them' },
  )
  .describe('As Alertmanager has them: a text, or a list of texts or of {name, value, isRegex, isEqual}');

const draftGiven = z.strictObject({
  matchers: matchersGiven,
  starts_at: timeGiven.optional().describe('Default: now'),
  ends_at: timeGiven.optional().describe('Default: 2 h after the start'),
  for: z
    .string({ error: 'a duration such as 2h' })
    .optional()
    .describe('Instead of ends_at: how long, such as 2h'),
  comment: z.string({ error: 'why it is silenced' }).describe('Why'),
  by: z.string({ error: 'a name' }).optional().describe('Who, where the token does not say'),
  force: z
    .boolean({ error: 'true or false' })
    .optional()
    .describe('Needed for what takes nearly every alert'),
});

const previewGiven = z.strictObject({ matchers: matchersGiven });

const params = z.object({ id: z.string() });
const query = z.object({ state: z.enum(['pending', 'active', 'expired']).optional() });

/** Silences: what is held back, until when, who said so and why. */
export function silenceRoutes(app: FastifyInstance, pipeline: Pipeline, now: () => number): void {
  const { silences } = pipeline.people;
  const tag = 'silences';
  app.get<{ Querystring: z.infer<typeof query> }>(
    '/silences',
    describeRoute({
      tag,
      summary: 'Silences, oldest first',
      answer: z.object({ silences: z.array(silenceShape) }),
      query,
    }),
    ({ query: { state } }) => ({
      silences: silences
        .list(now())
        .filter((silence) => (state ?? silence.state) === silence.state)
        .map(shapeOf),
    }),
  );
  app.post(
    '/silences',
    describeRoute({ tag, summary: 'Silence alerts', answer: silenceShape, body: draftGiven }),
    async (request) => {
      const at = now();
      const given = readBody(draftGiven, request.body);
      const startsAt = given.starts_at === undefined ? at : readTime(given.starts_at, 'starts_at');
      const endsAt = readEnd({ at: given.ends_at, for: given.for }, 'ends_at', Math.max(at, startsAt));
      const by = actorOf(request, given.by);
      const draft = {
        matchers: readMatchers(given.matchers),
        startsAt,
        createdBy: by,
        comment: given.comment,
        force: given.force ?? false,
        ...(endsAt === undefined ? {} : { endsAt }),
      };
      return shapeOf(await silences.create(draft, at, person(by)));
    },
  );
  app.post(
    '/silences/preview',
    {
      ...describeRoute({
        tag,
        summary: 'What a silence would hold back; nothing is changed',
        answer: previewShape,
        body: previewGiven,
      }),
      config: { changesNothing: true },
    },
    (request): PreviewShape => {
      const { matchers } = readBody(previewGiven, request.body);
      const { alerts, channels, nodes, isEverything } = silences.preview(readMatchers(matchers));
      return {
        alerts: alerts.map((alert) => alertView(pipeline, alert, now())),
        channels: [...channels],
        nodes: { count: nodes.length, names: nodes.slice(0, MOST_NODES) },
        takes_everything: isEverything,
      };
    },
  );
  app.get<{ Params: { id: string } }>(
    '/silences/:id',
    describeRoute({ tag, summary: 'One silence', answer: silenceShape, params }),
    ({ params: { id } }) => shapeOf(silences.get(id, now())),
  );
  app.delete<{ Params: { id: string }; Querystring: z.infer<typeof byGiven> }>(
    '/silences/:id',
    describeRoute({ tag, summary: 'End a silence now', answer: silenceShape, params, query: byGiven }),
    async (request) => {
      const by = actorOf(request, request.query.by);
      return shapeOf(await silences.expire(request.params.id, by, now(), person(by)));
    },
  );
}

function shapeOf(silence: SilenceView): SilenceShape {
  const { id, matchers, state, startsAt, endsAt, createdAt, createdBy, comment, ended } = silence;
  return {
    id,
    matchers: matchers.map(String),
    state,
    starts_at: startsAt,
    ends_at: endsAt,
    created_at: createdAt,
    created_by: createdBy,
    comment,
    ended,
  };
}
