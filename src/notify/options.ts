import { z } from 'zod';
import { isTimeZone } from '../clock.js';
import { dispatchFaults, dispatchOptions } from '../dispatch/index.js';
import { CONTRADICTION } from '../evaluate/index.js';
import { channelOptions } from './channels/index.js';
import { heartbeatOptions } from './heartbeat.js';

/** The notify part of the configuration: who is told, in what groups, by what ways. */
export const notifyOptions = z
  .strictObject({
    ...dispatchOptions,
    channels: z
      .record(
        z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/, 'must be letters, digits, _ and -, at most 64'),
        channelOptions,
      )
      .default({})
      .describe(
        'Ways in which messages go out, by a name of your choice. Without routes every channel gets every message.',
      ),
    heartbeat: heartbeatOptions
      .optional()
      .describe("A dead man's switch elsewhere that is called for as long as this service does its work."),
    externalUrl: z
      .url({ protocol: /^https?$/, error: 'must be an address such as https://headroom.example.org' })
      .optional()
      .describe('Where people reach this service; messages link to it.'),
    timeZone: z
      .string()
      .refine(isTimeZone, 'must be a time zone such as Europe/Berlin')
      .optional()
      .describe('Time zone shown beside UTC in messages; when left out, that of the machine.'),
  })
  .superRefine((options, context) => {
    for (const { path, message } of dispatchFaults(options, Object.keys(options.channels))) {
      context.addIssue({ code: 'custom', path, message, params: CONTRADICTION });
    }
  });

export type NotifyOptions = z.infer<typeof notifyOptions>;
