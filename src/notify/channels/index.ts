import { z } from 'zod';
import { asProblem, Problem } from '../../problem.js';
import { type Channel, type ChannelContext, type ChannelType, OCCASIONS } from '../contract.js';
import { findSecrets, maskSecrets } from '../secrets.js';
import * as alertmanager from './alertmanager.js';
import * as alertmanagerWebhook from './alertmanager-webhook.js';
import * as console from './console.js';
import * as email from './email.js';
import * as pagerduty from './pagerduty.js';
import * as slack from './slack.js';
import * as webhook from './webhook.js';

/** Every type of channel, by the name that `type` gives it in the configuration. */
export const CHANNEL_TYPES = {
  console: console satisfies ChannelType<console.Options>,
  email: email satisfies ChannelType<email.Options>,
  webhook: webhook satisfies ChannelType<webhook.Options>,
  slack: slack satisfies ChannelType<slack.Options>,
  pagerduty: pagerduty satisfies ChannelType<pagerduty.Options>,
  alertmanager: alertmanager satisfies ChannelType<alertmanager.Options>,
  'alertmanager-webhook': alertmanagerWebhook satisfies ChannelType<alertmanagerWebhook.Options>,
};

const schemas = Object.values(CHANNEL_TYPES).map((type) => type.options);

/** One channel of the configuration. */
export const channelOptions = z.discriminatedUnion(
  'type',
  schemas as [(typeof schemas)[number], ...(typeof schemas)[number][]],
);
export type ChannelOptions = z.infer<typeof channelOptions>;

/** That somebody has taken an alert is worth a message only where it can be shown beside the others. */
const UNLESS_SAID_OTHERWISE = OCCASIONS.filter((occasion) => occasion !== 'acknowledged');

/** Opens a channel whose problems never show a secret of its options. */
export function openChannel(options: ChannelOptions, context: ChannelContext): Channel {
  const type: ChannelType<unknown> = CHANNEL_TYPES[options.type];
  const channel = type.open(options, context);
  const secrets = findSecrets(type.options, options);
  const guarded =
    <Given extends unknown[]>(task: (...given: Given) => Promise<void>) =>
    async (...given: Given): Promise<void> => {
      try {
        await task(...given);
      } catch (error) {
        throw masked(asProblem(error), secrets);
      }
    };
  const { refresh } = channel;
  return {
    targets: channel.targets,
    occasions: type.occasions ?? UNLESS_SAID_OTHERWISE,
    send: guarded((delivery) => channel.send(delivery)),
    check: guarded(() => channel.check()),
    ...(refresh ? { refresh: { everyMs: refresh.everyMs, send: guarded(refresh.send) } } : {}),
    close: () => channel.close(),
  };
}

/** The cause is left behind: it may hold the request. A bug keeps its stack. */
function masked(problem: Problem, secrets: readonly string[]): Problem {
  const copy = new Problem(problem.code, maskSecrets(problem.message, secrets), {
    cure: problem.cure,
    retryable: problem.retryable,
    ...(problem.retryAfterMs === undefined ? {} : { retryAfterMs: problem.retryAfterMs }),
  });
  const origin = problem.cause instanceof Error ? problem.cause : problem;
  copy.stack = maskSecrets(origin.stack ?? copy.stack ?? '', secrets);
  return copy;
}
