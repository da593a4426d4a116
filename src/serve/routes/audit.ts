import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { AUDITED } from '../../audit/index.js';
import type { Pipeline } from '../../pipeline/index.js';
import { Problem } from '../../problem.js';
import { describeRoute } from '../describe.js';
import { readTime } from '../read.js';
import { time } from '../shapes.js';

const USUAL = 100;
const MOST = 1000;

const query = z.object({
  from: z.string().optional().describe('Unix ms or RFC 3339, inclusive'),
  to: z.string().optional().describe('Unix ms or RFC 3339, exclusive'),
  subject: z
    .string()
    .optional()
    .describe('Id of an alert, silence or message, or the name of a node or rule'),
  who: z.string().optional().describe('Whoever it was, such as anna'),
  what: z.string().optional().describe('A kind of event, or a family of them such as silence'),
  limit: z.string().optional().describe(`Most events, the newest; default ${USUAL}, at most ${MOST}`),
});

const eventShape = z.object({
  at: time,
  who: z.string(),
  what: z.enum(AUDITED),
  subject: z.string(),
  why: z.string(),
  details: z.record(z.string(), z.union([z.string(), z.number()])),
});

/** Who did what, when and why. */
export function auditRoutes(app: FastifyInstance, pipeline: Pipeline): void {
  app.get<{ Querystring: z.infer<typeof query> }>(
    '/audit',
    describeRoute({
      tag: 'audit',
      summary: 'What happened and who did it, newest first',
      answer: z.object({ events: z.array(eventShape) }),
      query,
    }),
    async ({ query: { from, to, subject, who, what, limit } }) => {
      // What is shown here must still be known after a crash, so a step under way is waited for.
      await pipeline.alerts.settled();
      return {
        events: pipeline.audit.list({
          ...(from === undefined ? {} : { from: readTime(from, 'from') }),
          ...(to === undefined ? {} : { to: readTime(to, 'to') }),
          ...(subject === undefined ? {} : { subject }),
          ...(who === undefined ? {} : { who }),
          ...(what === undefined ? {} : { what: readKind(what) }),
          limit: limit === undefined ? USUAL : readLimit(limit),
        }),
      };
    },
  );
}

function readKind(text: string): string {
  const families = new Set(AUDITED.map((kind) => kind.split('.')[0]));
  if (families.has(text) || (AUDITED as readonly string[]).includes(text)) return text;
  throw new Problem('bad-request', `found what "${text}", expected one of ${AUDITED.join(', ')}`, {
    place: { path: 'what' },
  });
}

function readLimit(text: string): number {
  const limit = Number(text);
  if (Number.isInteger(limit) && limit >= 1 && limit <= MOST) return limit;
  throw new Problem('bad-request', `found limit "${text}", expected a number from 1 to ${MOST}`, {
    place: { path: 'limit' },
  });
}
