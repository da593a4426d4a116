import type { AlertNews } from '../alert/index.js';
import { compose, type Message } from '../dispatch/index.js';
import type { Outlook, Portrait } from '../trend/index.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const MIB = 2 ** 20;
const LIMIT = 1024 * MIB;
/** The example leaks so much an hour and has so much left. */
const PER_HOUR = 290 * MIB;
const NOW_USED = 820 * MIB;

/** A message that says of itself that it is an example: an invented node that leaks, as of `at` (unix ms). */
export function exampleMessage(channel: string, at: number, links: Message['links'] = {}): Message {
  const left = ((LIMIT - NOW_USED) / PER_HOUR) * HOUR_MS;
  const outlook: Outlook = {
    signal: 'rss',
    at,
    now: NOW_USED,
    live: NOW_USED - 20 * MIB,
    limit: LIMIT,
    effectiveLimit: LIMIT,
    horizonMs: 2 * HOUR_MS,
    probability: 0.93,
    odds: [],
    breachP10: Math.round(at + 0.8 * left),
    breachP50: Math.round(at + left),
    breachP90: Math.round(at + 1.5 * left),
    shape: 'linear',
    cause: 'leak',
    growth: {
      perHour: PER_HOUR,
      low: 0.93 * PER_HOUR,
      high: 1.07 * PER_HOUR,
      overMs: 2 * HOUR_MS,
      buckets: 60,
    },
    since: at - 2 * HOUR_MS,
    record: null,
    evidence: ['this is an example, made by a test of the channel'],
  };
  const alert: AlertNews = {
    id: `example-${channel}`,
    rule: 'ExampleOnly',
    kind: 'forecast',
    severity: 'info',
    node: 'example-node',
    labels: { pool: 'example' },
    state: 'firing',
    at,
    activeSince: at - 2 * MINUTE_MS,
    firedAt: at,
    reason: 'this is a test of the channel; no node is in danger',
    outlook,
    portrait: examplePortrait(at, outlook),
  };
  const groupLabels = { alertname: 'ExampleOnly', channel };
  return compose(
    [alert],
    {
      occasion: 'test',
      groupKey: `{}:{alertname="ExampleOnly", channel=${JSON.stringify(channel)}}`,
      groupLabels,
      thread: `example-${channel}-${at}`,
      isFirst: true,
      channels: [channel],
      history: [],
      links,
    },
    at,
  );
}

function examplePortrait(at: number, { breachP10, breachP50, breachP90 }: Outlook): Portrait {
  const from = at - 2 * HOUR_MS;
  const to = at + HOUR_MS;
  const line = (time: number): number => NOW_USED + ((time - at) / HOUR_MS) * PER_HOUR;
  const used = Array.from({ length: 121 }, (_, minute): readonly [number, number] => {
    const time = from + minute * MINUTE_MS;
    return [time, line(time) - 20 * MIB + (minute % 8) * 5 * MIB];
  });
  return {
    signal: 'rss',
    used,
    live: used.filter((_, minute) => minute % 8 === 0),
    fit: [
      [from, line(from)],
      [to, line(to)],
    ],
    cone: [
      [at, line(at) - 10 * MIB, line(at) + 10 * MIB],
      [to, line(at) + 0.66 * PER_HOUR, line(at) + 1.25 * PER_HOUR],
    ],
    limit: LIMIT,
    effectiveLimit: LIMIT,
    breachP10,
    breachP50,
    breachP90,
    marks: [],
    from,
    now: at,
    to,
  };
}
