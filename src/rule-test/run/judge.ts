import type { AlertStep } from '../../alert/index.js';
import type { Finding } from '../../evaluate/index.js';
import type { Outlook } from '../../trend/index.js';
import type { Expectation, ExpectedAlert, ExpectedState } from '../expectations.js';
import type { TextPattern } from '../schema/details.js';
import type { Observed, Said, Sent } from './observed.js';
import { TEST_BEGIN_MS, testTime } from './times.js';

/** Something that did not hold. */
export interface Failure {
  /** Where the expectation is written. */
  readonly place: Finding;
  readonly expected: string;
  readonly found: string;
  /** The alert that it is about. */
  readonly rule: ExpectedAlert['rule'];
  readonly node: string;
  /** What the rule said when it was looked at; undefined where that is told already. */
  readonly said: Said | undefined;
  /** Times of the test that the expectation names, ms: one, or from and to. */
  readonly times: readonly number[];
}

/** What of an expectation did not hold; nothing where all did. `end` is the end of the case in ms. */
export function judge(expectation: Expectation, observed: Observed, end: number): Failure[] {
  switch (expectation.kind) {
    case 'state':
      return judgeState(expectation, expectation.at, expectation.state, observed);
    case 'begins':
      return judgeBegins(expectation, observed);
    case 'exactly':
      return judgeExactly(expectation, observed);
    case 'never':
      return judgeNever(expectation, observed, end);
  }
}

function judgeState(alert: ExpectedAlert, at: number, state: ExpectedState, observed: Observed): Failure[] {
  const { rule, node, place } = alert;
  const found = observed.stateAt(rule.id, node, at);
  const isSo = found.state === state || (state === 'inactive' && found.state === 'resolved');
  const said = observed.said({ rule, node, at });
  if (!isSo) {
    const expected = `${rule.id} on ${node} is ${state} at ${testTime(at)}`;
    const seen = found.step
      ? `${found.state}, ${stepText(found.step)}`
      : `${found.state}; it was never pending or firing before`;
    return [{ place: place(), expected, found: seen, rule, node, said, times: [at] }];
  }
  const sent =
    state === 'firing' || state === 'resolved' ? observed.messageAt(rule.id, node, state, at) : undefined;
  return judgeDetails(alert, [at], said?.outlook, sent);
}

function judgeBegins(expectation: Extract<Expectation, { kind: 'begins' }>, observed: Observed): Failure[] {
  const { rule, node, place, from, to } = expectation;
  const firings = observed.firings(rule.id, node);
  const firing = firings.find(({ at }) => at >= from && at <= to);
  if (firing) {
    const sent = observed.messageAt(rule.id, node, 'firing', firing.at);
    const news = sent?.message.alerts.find((alert) => alert.node === node);
    return judgeDetails(expectation, [from, to], news?.outlook, sent);
  }
  const expected = `${rule.id} on ${node} begins to fire between ${testTime(from)} and ${testTime(to)}`;
  const times = firings.map(({ at }) => testTime(at)).join(', ');
  const found = firings.length === 0 ? 'it never fired' : `it began to fire at ${times}`;
  const said = observed.said({ rule, node, at: to });
  return [{ place: place(), expected, found, rule, node, said, times: [from, to] }];
}

function judgeExactly(expectation: Extract<Expectation, { kind: 'exactly' }>, observed: Observed): Failure[] {
  const { at, alerts, place } = expectation;
  const missing = alerts.flatMap((alert) => judgeState(alert, at, alert.state, observed));
  const pairs = new Map(observed.steps.map((step) => [`${step.rule} ${step.node}`, step]));
  const unexpected = [...pairs.values()].flatMap(({ rule, node }): Failure[] => {
    const { state, step } = observed.stateAt(rule, node, at);
    if (state !== 'firing' || !step || alerts.some((alert) => alert.rule.id === rule && alert.node === node))
      return [];
    const fired = observed.ruleOf(rule);
    if (!fired) return [];
    const expected =
      alerts.length === 0 ? `no alert fires at ${testTime(at)}` : `no other alert fires at ${testTime(at)}`;
    const found = `${rule} on ${node} fires, ${stepText(step)}`;
    return [{ place: place('alerts'), expected, found, rule: fired, node, said: undefined, times: [at] }];
  });
  return [...missing, ...unexpected];
}

function judgeNever(
  expectation: Extract<Expectation, { kind: 'never' }>,
  observed: Observed,
  end: number,
): Failure[] {
  const { rules, nodes, from, to, place } = expectation;
  const isWhole = from === 0 && to === Number.POSITIVE_INFINITY;
  const scope = isWhole ? '' : ` between ${testTime(from)} and ${testTime(to)}`;
  return rules.flatMap((rule) =>
    nodes.flatMap((node): Failure[] => {
      const before = observed.stateAt(rule.id, node, from);
      const isFiring = from > 0 && before.state === 'firing' ? before.step : undefined;
      const firing = isFiring ?? observed.firings(rule.id, node).find(({ at }) => at >= from && at <= to);
      if (!firing) return [];
      const expected = `${rule.id} on ${node} never fires${scope}`;
      const times = isWhole ? [] : [from, Math.min(to, end)];
      return [
        {
          place: place(),
          expected,
          found: `it fires, ${stepText(firing)}`,
          rule,
          node,
          said: undefined,
          times,
        },
      ];
    }),
  );
}

/** What is expected beside the state. Each fault is told where it is written. */
function judgeDetails(
  alert: ExpectedAlert,
  times: readonly number[],
  outlook: Outlook | undefined,
  sent: Sent | undefined,
): Failure[] {
  const { rule, node, place, details } = alert;
  const { cause, probability, breach_p50, severity, message } = details;
  const failures: Failure[] = [];
  const fail = (key: string, expected: string, found: string) => {
    failures.push({ place: place(key), expected, found, rule, node, said: undefined, times });
  };
  const about = `${rule.id} on ${node}`;
  const foundCause = outlook ? (outlook.cause ?? 'none') : 'no forecast';
  if (cause !== undefined && foundCause !== cause)
    fail('cause', `${about} has the cause ${cause}`, foundCause);
  if (probability) {
    const found = outlook?.probability ?? null;
    if (found === null || !probability.holds(found))
      fail(
        'probability',
        `${about} has a probability ${probability.text}`,
        found === null ? 'no forecast' : percent(found),
      );
  }
  if (breach_p50) {
    const found = outlook?.breachP50 ?? null;
    const time = found === null ? Number.NaN : found - TEST_BEGIN_MS;
    if (!(time >= breach_p50[0] && time <= breach_p50[1]))
      fail(
        'breach_p50',
        `${about} most likely reaches its limit between ${testTime(breach_p50[0])} and ${testTime(breach_p50[1])}`,
        found === null
          ? 'no breach is expected'
          : `most likely at ${testTime(Math.round(time / 1000) * 1000)}`,
      );
  }
  if (severity !== undefined && rule.severity !== severity)
    fail('severity', `${about} has the severity ${severity}`, rule.severity);
  for (const part of ['subject', 'text'] as const)
    for (const pattern of message?.[part] ?? []) {
      const found = sent?.words[part];
      // Where a line of the text is broken is no business of a test.
      const isThere =
        found !== undefined && [found, found.replace(/\s+/g, ' ')].some((one) => pattern.matches(one));
      if (!isThere)
        fail(`message.${part}`, `the ${part} of its message ${patternText(pattern)}`, found ?? 'no message');
    }
  return failures;
}

function patternText({ text }: TextPattern): string {
  return /^\/.+\/[a-z]*$/.test(text) ? `matches ${text}` : `contains ${JSON.stringify(text)}`;
}

function percent(share: number): string {
  return `${Number((share * 100).toFixed(1))}%`;
}

/** `firing since 44m: rss reaches ...` */
export function stepText({ change, at, reason }: Pick<AlertStep, 'change' | 'at' | 'reason'>): string {
  const word = change === 'resolved' || change === 'cancelled' ? 'ended at' : 'since';
  return `${word} ${testTime(at)}: ${reason}`;
}

/** `says at 30m false: rss reaches ...` */
export function saidText({ at, truth, reason }: Said): string {
  return `says at ${testTime(at)} ${truth}: ${reason}`;
}
