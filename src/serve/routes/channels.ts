import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { exampleMessage } from '../../notify/index.js';
import type { Pipeline } from '../../pipeline/index.js';
import { Problem } from '../../problem.js';
import { type ChannelShape, channelShape, type DeliveryShape, deliveryShape } from '../delivery-shapes.js';
import { describeRoute } from '../describe.js';

const testShape = z.object({
  message_id: z.string(),
  letters: z.array(z.object({ id: z.string(), target: z.string() })),
});
const params = z.object({ channel: z.string() });

/** The ways out: whether they work, and a message to try one with. */
export function channelRoutes(app: FastifyInstance, pipeline: Pipeline, now: () => number): void {
  const tag = 'delivery';
  const { notify, options } = pipeline;
  const shapeOf = (channel: string): ChannelShape => {
    const letters = notify.outbox.list().filter((letter) => letter.channel === channel);
    const dead = letters.filter(({ status }) => status === 'dead').length;
    return {
      channel,
      type: options.notify.channels[channel].type,
      ...notify.watch.of(channel),
      waiting: letters.length - dead,
      dead,
    };
  };
  const find = (channel: string): string => {
    if (notify.channels.has(channel)) return channel;
    const known = [...notify.channels.keys()];
    throw new Problem('not-found', `there is no channel "${channel}"`, {
      cure: known.length > 0 ? `Name one of ${known.join(', ')}.` : 'Add one under notify.channels.',
    });
  };
  app.get(
    '/channels',
    describeRoute({
      tag,
      summary: 'The channels and whether they work, and how the heartbeat fares',
      answer: deliveryShape,
    }),
    (): DeliveryShape => {
      const beat = notify.beat();
      const { at = null, outcome = null, reason = null } = beat ?? {};
      const heartbeat = { configured: beat !== null, at, outcome, reason };
      return { channels: [...notify.channels.keys()].map(shapeOf), heartbeat };
    },
  );
  app.post<{ Params: { channel: string } }>(
    '/channels/:channel/check',
    describeRoute({ tag, summary: 'Ask now whether a channel works', answer: channelShape, params }),
    async ({ params: { channel } }) => {
      await notify.watch.check(find(channel));
      return shapeOf(channel);
    },
  );
  app.post<{ Params: { channel: string } }>(
    '/channels/:channel/test',
    describeRoute({ tag, summary: 'Send a marked example through a channel', answer: testShape, params }),
    async ({ params: { channel } }) => {
      const message = exampleMessage(find(channel), now());
      const entries = notify.outbox.prepare([message]);
      await pipeline.store.ledger.append(entries);
      notify.outbox.committed(entries);
      const letters = notify.outbox.list().filter(({ messageId }) => messageId === message.id);
      return { message_id: message.id, letters: letters.map(({ id, target }) => ({ id, target })) };
    },
  );
}
