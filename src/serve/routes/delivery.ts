import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { person } from '../../audit/index.js';
import type { LetterView } from '../../notify/index.js';
import type { Pipeline } from '../../pipeline/index.js';
import { actorOf } from '../access.js';
import { type LetterShape, letterShape } from '../delivery-shapes.js';
import { describeRoute } from '../describe.js';

const params = z.object({ id: z.string() });
const query = z.object({ status: z.enum(['waiting', 'sending', 'dead']).optional() });

/** What is on its way to people, and what could not be delivered. */
export function deliveryRoutes(app: FastifyInstance, pipeline: Pipeline): void {
  const { outbox } = pipeline.notify;
  const tag = 'delivery';
  app.get<{ Querystring: z.infer<typeof query> }>(
    '/outbox',
    describeRoute({
      tag,
      summary: 'Messages not delivered yet, dead letters included, oldest first',
      answer: z.object({ letters: z.array(letterShape) }),
      query,
    }),
    ({ query: { status } }) => ({
      letters: outbox
        .list()
        .filter((letter) => (status ?? letter.status) === letter.status)
        .map(shapeOf),
    }),
  );
  app.post<{ Params: { id: string } }>(
    '/outbox/:id/resend',
    describeRoute({ tag, summary: 'Try a dead letter again', answer: letterShape, params }),
    async (request) => shapeOf(await outbox.resend(request.params.id, person(actorOf(request, undefined)))),
  );
  app.delete<{ Params: { id: string } }>(
    '/outbox/:id',
    { schema: { tags: [tag], summary: 'Discard a dead letter for good' } },
    async (request, reply) => {
      await outbox.discard(request.params.id, person(actorOf(request, undefined)));
      return reply.code(204).send();
    },
  );
}

function shapeOf(letter: LetterView): LetterShape {
  const { messageId, createdAt, nextAt, deadAt, lastFailure, nodes, ...same } = letter;
  return {
    ...same,
    nodes: [...nodes],
    message_id: messageId,
    created_at: createdAt,
    next_at: nextAt,
    dead_at: deadAt,
    last_failure: lastFailure,
  };
}
