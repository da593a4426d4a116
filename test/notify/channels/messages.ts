import type { Message } from '../../../src/dispatch/index.js';
import {
  HOUR,
  MINUTE,
  messageOf,
  messageWith,
  NOW,
  newsOf,
  outlookOf,
  plainNewsOf,
} from '../support/news.js';

/** Messages that every channel has to carry. */

const ack = { by: 'ann', why: 'restarting it', at: NOW, until: NOW + HOUR };
const before = {
  at: NOW - HOUR,
  probability: 0.7,
  breachP10: NOW + HOUR,
  breachP50: NOW + 2 * HOUR,
  breachP90: NOW + 3 * HOUR,
};
const outcome = { result: 'breached', errorMs: -4 * MINUTE, leadMs: 50 * MINUTE, inRange: true } as const;
const over = { state: 'resolved', at: NOW + HOUR, reason: 'the process was replaced', outcome } as const;
const links = {
  page: 'https://headroom.example/pools/edge?a=1&b=2',
  acknowledge: 'https://headroom.example/a/Q2x~x_y',
  silence: 'https://headroom.example/s/Q2x~x_y',
};
const history = [{ node: 'r-9', firedAt: NOW - 30 * HOUR, endedAt: NOW - 29 * HOUR, outcome }];

/** One for every occasion on which a message is written. */
export const OCCASION_MESSAGES: Readonly<Record<Message['occasion'], Message>> = {
  new: messageOf({}, { links, history }),
  worse: messageOf({ before }, { occasion: 'worse', isFirst: false, links, history }),
  better: messageOf({ before }, { occasion: 'better', isFirst: false, links }),
  breached: messageOf({ breachedAt: NOW }, { occasion: 'breached', isFirst: false, links }),
  acknowledged: messageOf({ ack }, { occasion: 'acknowledged', isFirst: false, links }),
  changed: messageWith([newsOf(), newsOf({ ...over, id: 'alert-2', node: 'r-2' })], {
    occasion: 'changed',
    isFirst: false,
    links,
  }),
  over: messageOf(over, { isFirst: false, links, history }),
  repeat: messageOf({}, { occasion: 'repeat', isFirst: false }),
  test: messageOf({}, { occasion: 'test', thread: 'thread-of-a-test' }),
};

/** Alerts of every kind, with all that may be missing missing. */
export const SPARSE_MESSAGES: readonly Message[] = [
  messageWith([
    plainNewsOf({ kind: 'fleet', node: '', labels: {}, reason: 'ready capacity falls below 70 %' }),
  ]),
  messageWith([plainNewsOf({ kind: 'absent', reason: 'has sent nothing for 5 min', labels: { pool: '' } })]),
  messageWith([
    plainNewsOf({ kind: 'service', node: '', severity: 'ticket', reason: 'the rules were refused' }),
  ]),
  messageOf({
    kind: 'growth',
    outlook: outlookOf({ breachP10: null, breachP50: null, breachP90: null, probability: null, cause: null }),
  }),
  messageOf({ outlook: outlookOf({ breachP90: 8.5e15, breachP50: 8.4e15 }) }),
];

/** A group of 10,000 nodes. */
export function manyAlerts(): Message {
  return messageWith(
    Array.from({ length: 10_000 }, (_, i) =>
      newsOf({ id: `alert-${i}`, node: `edge-node-${i}.eu-west-1.example` }),
    ),
    { links },
  );
}

/** Labels of 100 kB each, in characters that take several bytes, and of which escaping makes more. */
export function hugeLabels(): Message {
  const long = '&<ü😀>'.repeat(100_000 / 12);
  const labels = { pool: `edge${long}`, version: long, team: long };
  return messageWith(
    Array.from({ length: 50 }, (_, i) =>
      newsOf({ id: `alert-${i}`, node: `r-${i}-${long}`, labels, reason: long, summary: long }),
    ),
    { links },
  );
}

/** What somebody might send as a label, by what it is. */
export const HOSTILE: Readonly<Record<string, string>> = {
  'a script': '<script>alert(1)</script>',
  'a mention of all': '<!channel> <!here> @channel <@U012AB3CD>',
  'a link of Slack': '<https://evil.example|click me> https://evil.example/?q=1',
  'marks of mrkdwn': '*bold* _it_ ~gone~ `code` ```block``` :fire:',
  quotes: `"double" 'single' \\ back`,
  'line breaks': 'one\r\ntwo\nBcc: x@example.org\n\nthree',
  'an override of direction': '\u202eevil\u202c \u2066x\u2069',
  emoji: '👩‍🚒🔥',
  'half a character': 'x\ud83d',
  'no character': 'a\0b\u0007',
  nothing: '',
};

export function hostileMessage(text: string): Message {
  const labels = { pool: text, 'label with spaces': text, 'k8s.io/name': 'a', k8s_io_name: 'b', '1st': text };
  const alert = newsOf({ node: `n${text}`, labels, reason: text, summary: text, runbook: text });
  return messageWith([alert, { ...alert, id: 'alert-2', node: text }], { links, groupLabels: labels });
}
