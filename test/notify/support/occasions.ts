import type { AlertNews } from '../../../src/alert/index.js';
import type { Message, Occasion, PastEpisode } from '../../../src/dispatch/index.js';
import { HOUR, MINUTE, messageWith, NOW, newsOf, outlookOf, plainNewsOf, portraitOf } from './news.js';

export const LINKS = {
  acknowledge: 'https://headroom.example/act/acknowledge?token=1',
  silence: 'https://headroom.example/act/silence?token=2',
  page: 'https://headroom.example/?pool=edge',
};

export const HISTORY: readonly PastEpisode[] = [
  {
    node: 'r-2',
    firedAt: NOW - 50 * HOUR,
    endedAt: NOW - 49 * HOUR,
    outcome: { result: 'breached', errorMs: 5 * MINUTE, leadMs: 40 * MINUTE, inRange: true },
  },
  { node: 'r-1', firedAt: NOW - 150 * HOUR, endedAt: NOW - 149 * HOUR, outcome: { result: 'averted' } },
];

/** What people were told of `newsOf()` half an hour before. */
export const BEFORE = {
  at: NOW - 30 * MINUTE,
  probability: 0.8,
  breachP10: NOW + 60 * MINUTE,
  breachP50: NOW + 80 * MINUTE,
  breachP90: NOW + 120 * MINUTE,
};

const fired = { firedAt: NOW - 30 * MINUTE, activeSince: NOW - 35 * MINUTE };

/** Forty nodes of a pool, the first the worst. */
export function fortyNodes(): AlertNews[] {
  return Array.from({ length: 40 }, (_, i) =>
    newsOf({
      id: `alert-${i}`,
      node: `r-${i + 1}`,
      outlook: outlookOf({
        breachP10: NOW + (34 + i * 2) * MINUTE,
        breachP50: NOW + (42 + i * 3) * MINUTE,
        breachP90: NOW + (63 + i * 4) * MINUTE,
        probability: 0.93 - i * 0.005,
      }),
      ...(i < 3 ? { portrait: portraitOf() } : {}),
    }),
  );
}

const messageFor = (occasion: Occasion, alerts: readonly AlertNews[]): Message =>
  messageWith(alerts, { occasion, isFirst: occasion === 'new', links: LINKS, history: HISTORY });

/** A message of each occasion, as the dispatch room writes them. */
export const BY_OCCASION: Readonly<Record<Occasion, Message>> = {
  new: messageFor('new', [newsOf({ portrait: portraitOf() })]),
  worse: messageFor('worse', [newsOf({ ...fired, before: BEFORE })]),
  better: messageFor('better', [
    newsOf({
      ...fired,
      before: {
        ...BEFORE,
        probability: 0.97,
        breachP10: NOW + 5 * MINUTE,
        breachP50: NOW + 12 * MINUTE,
        breachP90: NOW + 20 * MINUTE,
      },
    }),
  ]),
  breached: messageFor('breached', [
    newsOf({
      ...fired,
      before: { ...BEFORE, breachP10: NOW - 9 * MINUTE, breachP50: NOW + 4 * MINUTE },
      breachedAt: NOW - MINUTE,
    }),
  ]),
  acknowledged: messageFor('acknowledged', [
    newsOf({
      ...fired,
      ack: { by: 'alice', why: 'rolling back to 2026.11.1', at: NOW, until: NOW + 2 * HOUR },
    }),
  ]),
  changed: messageFor('changed', [
    newsOf(fired),
    newsOf({ ...fired, id: 'alert-2', node: 'r-2', outlook: outlookOf({ breachP50: NOW + 55 * MINUTE }) }),
    newsOf({
      ...fired,
      id: 'alert-3',
      node: 'r-3',
      state: 'resolved',
      reason: 'the process has been restarted',
      predicted: outlookOf(),
      outcome: { result: 'averted' },
    }),
  ]),
  over: messageFor('over', [
    newsOf({
      ...fired,
      state: 'resolved',
      reason: 'the process has been restarted',
      predicted: outlookOf({
        breachP10: NOW - 12 * MINUTE,
        breachP50: NOW - 3 * MINUTE,
        breachP90: NOW + 9 * MINUTE,
      }),
      breachedAt: NOW - 8 * MINUTE,
      outcome: { result: 'breached', errorMs: 5 * MINUTE, leadMs: 22 * MINUTE, inRange: true },
    }),
  ]),
  repeat: messageFor('repeat', [
    newsOf({
      ...fired,
      firedAt: NOW - 5 * HOUR,
      activeSince: NOW - 5 * HOUR - 5 * MINUTE,
      before: {
        at: NOW - 4 * HOUR,
        probability: 0.93,
        breachP10: NOW + 34 * MINUTE,
        breachP50: NOW + 42 * MINUTE,
        breachP90: NOW + 63 * MINUTE,
      },
    }),
  ]),
  test: messageFor('test', [newsOf()]),
};

/** Ten thousand nodes that fire and a hundred that ended, of three rules. */
export function tenThousand(): Message {
  const firing = Array.from({ length: 10_000 }, (_, i) =>
    newsOf({
      id: `alert-${i}`,
      node: `router-${i}.zone-${i % 7}.region-1.example.org`,
      rule: i % 3 === 0 ? 'HeapBreachPredicted' : 'MemoryBreachPredicted',
      outlook: outlookOf({
        breachP10: NOW + (3 + i) * MINUTE,
        breachP50: NOW + (9 + i) * MINUTE,
        breachP90: null,
      }),
      ...(i < 3 ? { portrait: portraitOf() } : {}),
    }),
  );
  const ended = Array.from({ length: 100 }, (_, i) =>
    plainNewsOf({
      id: `ended-${i}`,
      node: `old-${i}`,
      rule: 'NodeSilent',
      kind: 'absent',
      state: 'resolved',
      reason: 'it sends again',
    }),
  );
  return messageWith([...firing, ...ended], {
    occasion: 'changed',
    isFirst: false,
    links: LINKS,
    history: HISTORY,
  });
}
