import { z } from 'zod';
import type { Channel, ChannelContext } from '../contract.js';

export const options = z.strictObject({
  type: z.literal('console'),
  stream: z.enum(['stdout', 'stderr']).default('stdout').describe('Where the messages are printed.'),
});

export type Options = z.infer<typeof options>;

/** Prints messages in plain text; for trying things out. */
export function open({ stream }: Options, context: ChannelContext): Channel {
  return {
    targets: [stream],
    async send({ message }) {
      const { subject, text } = context.words(message, context.clock.now());
      await new Promise<void>((resolve, reject) => {
        process[stream].write(`${subject}\n\n${text}\n`, (error) => (error ? reject(error) : resolve()));
      });
    },
    async check() {},
    async close() {},
  };
}
