import type { AlertNews } from '../../alert/index.js';
import { formatBytes, formatDuration } from '../../telemetry/index.js';
import type { Message, Occasion } from '../contract.js';
import { breachAgainstTold, fatesText, fateWord, offText, rangeText } from './fate.js';
import { movedMost, movedText } from './moved.js';
import { clause, goalOf, limitName, nameText, percent, shorten, whenShort } from './phrases.js';
import type { Times } from './times.js';
import { countNodes, endedOf, firingOf, nameOf, whoOf } from './who.js';

/** What many nodes do when an alert of a kind fires for them. */
const MANY = {
  forecast: 'may run out of memory',
  growth: 'keep growing',
  gc: 'fall behind with garbage collection',
  readiness: 'fail their readiness checks',
  absent: 'are silent',
  fleet: 'are at risk',
  service: 'need attention',
} as const satisfies Record<AlertNews['kind'], string>;

/** Kinds whose reason has the node for its subject: `fails its readiness check for 3 min`. */
const SUBJECTLESS: readonly AlertNews['kind'][] = ['readiness', 'absent'];

type Headline = (message: Message, at: number, times: Times) => string;

const HEADLINES: Readonly<Record<Occasion, Headline>> = {
  new: happening,
  worse: moved,
  better: moved,
  breached,
  acknowledged,
  changed,
  over,
  repeat: (message, at, times) =>
    `Still: ${happening(message, at, times)}, unchanged for ${unchangedFor(message)}`,
  test: (message, at, times) => `Example, nothing is wrong: ${happening(message, at, times)}`,
};

/** One sentence without a full stop that says it all: whom, what, when, how sure. Each occasion has its own. */
export function headlineOf(message: Message, at: number, times: Times): string {
  return HEADLINES[message.occasion](message, at, times);
}

/** How long a repeated message has said the same. */
export function unchangedFor({ alerts, createdAt }: Message): string {
  const since = Math.max(...alerts.map(({ before, firedAt }) => before?.at ?? firedAt));
  return formatDuration(createdAt - since);
}

/** What the alerts that fire say, or, when all have ended, that they have. */
function happening(message: Message, at: number, times: Times): string {
  const firing = firingOf(message.alerts);
  return firing.length === 0 ? over(message) : firingText(firing, at, times);
}

function firingText(alerts: readonly AlertNews[], at: number, times: Times): string {
  const [worst] = alerts;
  const rules = new Set(alerts.map(({ rule }) => rule)).size;
  const who = whoOf(alerts);
  if (countNodes(alerts) === 1) return `${who}${oneText(worst, at, times)}`;
  if (rules > 1) return `${who}, ${rules} rules; the worst: ${nameOf(worst)}${oneText(worst, at, times)}`;
  const when = worst.outlook && whenShort(worst.outlook, at, times);
  if (worst.kind !== 'forecast' || !when) return `${who} ${MANY[worst.kind]}, the first is ${nameOf(worst)}`;
  return `${who} reach ${manyGoals(worst)}, the first (${nameOf(worst)}) ${when}${surely(worst)}`;
}

/** What one alert says of its node, with the space or colon before it. */
function oneText(alert: AlertNews, at: number, times: Times): string {
  const { outlook, kind } = alert;
  const when = outlook && whenShort(outlook, at, times);
  if (alert.breachedAt !== undefined) {
    return ` has reached ${goalOf(alert)} at ${times.utc(alert.breachedAt, at)}`;
  }
  if (kind === 'forecast' && when) return ` reaches ${goalOf(alert)} ${when}${surely(alert)}`;
  if (kind === 'growth' && outlook?.growth) {
    const speed = `grows by ${formatBytes(outlook.growth.perHour)} per hour`;
    return ` ${speed}${when ? `; ${limitName(outlook.signal)} ${when}` : ''}`;
  }
  const link = SUBJECTLESS.includes(kind) ? ' ' : ': ';
  return `${link}${shorten(clause(alert.reason), 110)}`;
}

function surely({ outlook }: AlertNews): string {
  const probability = outlook?.probability ?? null;
  return probability === null ? '' : `, ${percent(probability)} sure`;
}

function manyGoals(alert: AlertNews): string {
  return alert.goal === undefined ? `${goalOf(alert).replace(/^its/, 'their')}s` : goalOf(alert);
}

/** A forecast moved: `r-1 reaches its memory limit sooner: now 13:40 UTC, was 14:20 UTC`. */
function moved(message: Message, at: number, times: Times): string {
  const firing = firingOf(message.alerts);
  const most = movedMost(firing, message.occasion);
  if (!most) return happening(message, at, times);
  const others = firing.filter(({ before }) => before !== undefined).length;
  const text = movedText(most, message.occasion, at, times);
  return others > 1 ? `${whoOf(firing)}, ${others} of them moved; most of all ${text}` : text;
}

function breached(message: Message, at: number, times: Times): string {
  const reached = message.alerts.filter(({ breachedAt }) => breachedAt !== undefined);
  const first = [...reached].sort((a, b) => (a.breachedAt ?? 0) - (b.breachedAt ?? 0)).at(0);
  if (first?.breachedAt === undefined) return happening(message, at, times);
  const told = first.before ?? first.predicted;
  const fate = breachAgainstTold(first);
  const compared =
    told?.breachP50 == null || fate?.errorMs === undefined
      ? ''
      : `, predicted ${times.utc(told.breachP50, at)}: ${offText(fate.errorMs)}, ${rangeText(fate.inRange === true)}`;
  const text = `${nameOf(first)} has reached ${goalOf(first)} at ${times.utc(first.breachedAt, at)}${compared}`;
  const [count, all] = [countNodes(reached), countNodes(message.alerts)];
  return count === 1 ? text : `${count} of ${all} nodes have reached their limits; the first: ${text}`;
}

function acknowledged(message: Message, at: number, times: Times): string {
  const taken = message.alerts.filter(({ ack }) => ack !== undefined);
  const { ack } = taken.reduce(
    (a, b) => ((b.ack?.at ?? 0) > (a.ack?.at ?? 0) ? b : a),
    taken[0] ?? message.alerts[0],
  );
  if (!ack) return happening(message, at, times);
  const why = clause(ack.why);
  return `${nameText(ack.by)} has taken ${whoOf(taken)} until ${times.utc(ack.until, at)}${why && `: ${shorten(why, 90)}`}`;
}

function changed(message: Message, at: number, times: Times): string {
  const [firing, ended] = [firingOf(message.alerts), endedOf(message.alerts)];
  if (firing.length === 0 || ended.length === 0) return happening(message, at, times);
  const over = ended.length === 1 ? `${nameOf(ended[0])} has ended` : `${ended.length} have ended`;
  return `${over}; still: ${firingText(firing, at, times)}`;
}

function over({ alerts, rule }: Message): string {
  const [worst] = alerts;
  const after = Math.max(...alerts.map((alert) => alert.at - alert.firedAt));
  const outcomes = alerts.flatMap(({ outcome }) => (outcome ? [outcome] : []));
  const rules = new Set(alerts.map((alert) => alert.rule)).size;
  const what = rules === 1 ? nameText(rule) : `${rules} rules`;
  if (alerts.length === 1) {
    const fate = worst.outcome && worst.outcome.result !== 'ended' ? `; ${fateOfOne(worst)}` : '';
    return `${nameOf(worst)}: ${what} ended after ${formatDuration(after)}${fate}: ${shorten(clause(worst.reason), 90)}`;
  }
  const fates = outcomes.length === 0 ? '' : `: ${fatesText(outcomes)}`;
  return `${whoOf(alerts)}: ${what} ended after up to ${formatDuration(after)}${fates}`;
}

function fateOfOne({ outcome }: AlertNews): string {
  if (!outcome) return '';
  const { errorMs, inRange } = outcome;
  if (outcome.result !== 'breached') return fateWord(outcome);
  return [
    `it breached${errorMs === undefined ? '' : ` ${offText(errorMs)}`}`,
    ...(inRange === undefined ? [] : [rangeText(inRange)]),
  ].join(', ');
}
