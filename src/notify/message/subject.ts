import { createHash } from 'node:crypto';
import type { AlertNews } from '../../alert/index.js';
import { formatBytes } from '../../telemetry/index.js';
import type { Message } from '../contract.js';
import { fatesText, fateWord } from './fate.js';
import { headlineOf, unchangedFor } from './headline.js';
import { movedMost } from './moved.js';
import { nameText, oneLine, percent, shorten } from './phrases.js';
import type { Times } from './times.js';
import { countNodes, endedOf, firingOf, nameOf } from './who.js';

/** What a list of mails on a phone has room for, with the topic after it. */
const NEWS_AT_MOST = 90;

/** The headline with a sign before it, one line short enough for any list. */
export function subjectOf(message: Message, at: number, times: Times): string {
  const sign =
    message.occasion === 'test'
      ? 'test'
      : message.state === 'resolved'
        ? 'resolved'
        : oneLine(message.severity);
  return shorten(`[${sign}] ${headlineOf(message, at, times)}`, 180);
}

/**
 * What an incident is about, the same in all its messages: the labels of its group and a short name of the incident, so that
 * the next incident of the same group is another conversation. Never begins with a bracket.
 */
export function topicOf({ groupLabels, thread }: Pick<Message, 'groupLabels' | 'thread'>): string {
  const { alertname, severity: _, ...others } = groupLabels;
  const labels = Object.entries(others)
    .filter(([, value]) => value !== '')
    .map(([key, value]) => `${nameText(key, 30)} ${nameText(value, 40)}`);
  const parts = [...(alertname ? [nameText(alertname)] : []), ...labels];
  const about = parts.length === 0 ? 'Alerts' : parts.join(', ');
  const incident = createHash('sha256').update(thread).digest('hex').slice(0, 4);
  return `${shorten(withoutBrackets(about), 140)} (#${incident})`;
}

/**
 * A subject under which mail programs keep a thread together though each mail says its news: the news stands in one pair of
 * brackets, which RFC 5256 section 2.1 (and Gmail) leave out when they compare subjects; what follows is the topic.
 */
export function threadSubjectOf(message: Message, at: number, times: Times): string {
  return `[${shorten(withoutBrackets(newsOf(message, at, times)), NEWS_AT_MOST)}] ${topicOf(message)}`;
}

function withoutBrackets(text: string): string {
  return text.replaceAll('[', '(').replaceAll(']', ')');
}

/** What is new, in a few words: `page: r-1 09:10 UTC, 93 %`. */
function newsOf(message: Message, at: number, times: Times): string {
  const { alerts, occasion, severity } = message;
  const firing = firingOf(alerts);
  const worst = firing[0] ?? alerts[0];
  const sign = oneLine(severity);
  const current = firing.length === 0 ? endText(alerts) : `${sign}: ${currentText(firing, at, times)}`;
  switch (occasion) {
    case 'worse':
    case 'better': {
      const most = movedMost(firing, occasion) ?? worst;
      return `${occasion}: ${name(most)} ${movedShort(most, at, times)}`;
    }
    case 'breached': {
      const reached = alerts.filter(({ breachedAt }) => breachedAt !== undefined);
      const time = reached[0]?.breachedAt;
      if (time === undefined) return current;
      return `breached: ${countNodes(reached) > 1 ? `${countNodes(reached)} nodes` : `${name(reached[0])} ${times.utc(time, at)}`}`;
    }
    case 'acknowledged': {
      const ack = alerts.find((alert) => alert.ack !== undefined)?.ack;
      return ack ? `taken by ${nameText(ack.by, 30)} until ${times.utc(ack.until, at)}` : current;
    }
    case 'changed':
      return `changed: ${endedOf(alerts).length} ended, ${currentText(firing.length > 0 ? firing : alerts, at, times)}`;
    case 'repeat':
      return `still for ${unchangedFor(message)}, ${current}`;
    case 'test':
      return `test, nothing is wrong: ${currentText(alerts, at, times)}`;
    default:
      return current;
  }
}

function name(alert: AlertNews): string {
  return shorten(nameOf(alert), 40);
}

function currentText(alerts: readonly AlertNews[], at: number, times: Times): string {
  const [worst] = alerts;
  const count = countNodes(alerts);
  return count > 1 ? `${count} nodes, first ${oneText(worst, at, times)}` : oneText(worst, at, times);
}

const STATES = {
  forecast: 'may run out of memory',
  growth: 'grows',
  gc: 'GC falls behind',
  readiness: 'is not ready',
  absent: 'is silent',
  fleet: 'at risk',
  service: 'needs attention',
} as const satisfies Record<AlertNews['kind'], string>;

function oneText(alert: AlertNews, at: number, times: Times): string {
  const { kind, outlook } = alert;
  if (kind === 'forecast' && outlook && outlook.breachP50 !== null) {
    const sure = outlook.probability === null ? '' : `, ${percent(outlook.probability)}`;
    return `${name(alert)} ${times.utc(outlook.breachP50, at)}${sure}`;
  }
  if (kind === 'growth' && outlook?.growth)
    return `${name(alert)} grows ${formatBytes(outlook.growth.perHour)}/h`;
  return `${name(alert)} ${STATES[kind]}`;
}

function movedShort({ before, outlook }: AlertNews, at: number, times: Times): string {
  const [now, told] = [outlook?.breachP50, before?.breachP50];
  const words = (ms: number | null | undefined) => (ms == null ? 'no time' : times.utc(ms, at));
  if (words(now) !== words(told)) return `now ${words(now)}, was ${words(told)}`;
  const [sure, was] = [outlook?.probability ?? 0, before?.probability ?? 0];
  return `now ${percent(sure)} sure, was ${percent(was)}`;
}

function endText(alerts: readonly AlertNews[]): string {
  const [worst] = alerts;
  const outcomes = alerts.flatMap(({ outcome }) => (outcome ? [outcome] : []));
  const fates =
    outcomes.length === 0 ? '' : `, ${outcomes.length === 1 ? fateWord(outcomes[0]) : fatesText(outcomes)}`;
  const who = countNodes(alerts) > 1 ? `${countNodes(alerts)} nodes` : name(worst);
  return `over: ${who}${fates}`;
}
