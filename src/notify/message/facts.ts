import type { AlertNews } from '../../alert/index.js';
import { formatDuration } from '../../telemetry/index.js';
import { breachAgainstTold, fateText } from './fate.js';
import {
  causeText,
  clause,
  goalOf,
  growthText,
  howSure,
  labelText,
  nameText,
  percent,
  sentence,
  useLong,
  whenLong,
} from './phrases.js';
import type { Fact } from './story.js';
import type { Times } from './times.js';

/** What will happen to whom and when, or what became of it. */
export function happeningFacts(alert: AlertNews, at: number, times: Times): Fact[] {
  const isOver = alert.state === 'resolved';
  return [
    ...nodeFacts(alert),
    ...(isOver ? firedFacts(alert, times) : expectedFacts(alert, at, times)),
    ...breachedFacts(alert, at, times),
    ...(isOver ? predictionFacts(alert, times) : beforeFacts(alert, at, times)),
    ...takenFacts(alert, at, times),
  ];
}

/** How sure that is, and why; for an alert that ended, why it did. */
export function reasonFacts(alert: AlertNews, at: number, times: Times): Fact[] {
  const { outlook, labels } = alert;
  if (alert.state === 'resolved') {
    return [{ label: 'Why', text: sentence(alert.reason) }, ...useFacts(alert)];
  }
  const facts: Fact[] = [];
  if (outlook && isExpected(alert) && alert.breachedAt === undefined)
    facts.push({ label: 'How sure', text: howSure(outlook) });
  const cause = outlook?.cause ? [causeText(outlook.cause)] : [];
  const points = [...cause, ...(outlook?.evidence ?? []).slice(0, 6).map(sentence)];
  facts.push(...whyFacts(alert, points));
  if (outlook?.growth) facts.push({ label: 'Growth', text: growthText(outlook.growth) });
  if (outlook) facts.push({ label: 'In use', text: useLong(outlook) });
  const held = formatDuration(alert.firedAt - alert.activeSince);
  const since = times.both(alert.activeSince, at);
  facts.push({ label: 'Since', text: `${since}; fired after it had held for ${held}.` });
  if (outlook) {
    const version = labels.version ? `, version ${nameText(labels.version, 40)}` : '';
    facts.push({ label: 'Trend since', text: `${times.both(outlook.since, at)}${version}.` });
  }
  return facts;
}

/** In a follow-up the reason for which it fired is of the past, and the evidence is of now. */
function whyFacts({ before, reason }: AlertNews, points: readonly string[]): Fact[] {
  const [first, ...others] = points;
  if (!before || first === undefined) return [{ label: 'Why', text: sentence(reason), points }];
  return [
    { label: 'Why', text: first, points: others },
    { label: 'When it fired', text: sentence(reason) },
  ];
}

function isExpected({ outlook }: AlertNews): boolean {
  return outlook !== undefined && (outlook.breachP10 !== null || outlook.breachP50 !== null);
}

function nodeFacts(alert: AlertNews): Fact[] {
  if (alert.node === '') return [];
  const labels = labelText(alert.labels);
  return [{ label: 'Node', text: nameText(alert.node, 250) + (labels && ` (${labels})`) }];
}

function expectedFacts(alert: AlertNews, at: number, times: Times): Fact[] {
  const { outlook, breachedAt } = alert;
  if (!outlook || !isExpected(alert) || breachedAt !== undefined) return [];
  return [{ label: `Reaches ${goalOf(alert)}`, text: whenLong(outlook, at, times) }];
}

/** What people were told of it before, in follow-ups. */
function beforeFacts({ before, breachedAt }: AlertNews, at: number, times: Times): Fact[] {
  if (!before || breachedAt !== undefined) return [];
  const { breachP10, breachP50, breachP90, probability } = before;
  const range = breachP10 === null ? '' : ` (${times.range(breachP10, breachP90, at)})`;
  const time = breachP50 === null ? 'no time could be given' : `${times.utc(breachP50, at)}${range}`;
  const sure = probability === null ? '' : `, ${percent(probability)} sure`;
  return [{ label: 'Said before', text: `At ${times.both(before.at, at)}: ${time}${sure}.` }];
}

function breachedFacts(alert: AlertNews, at: number, times: Times): Fact[] {
  const { breachedAt } = alert;
  if (breachedAt === undefined) return [];
  const told = alert.before ?? alert.predicted;
  const fate = alert.outcome?.result === 'breached' ? alert.outcome : breachAgainstTold(alert);
  const range = told?.breachP10 == null ? '' : ` (${times.range(told.breachP10, told.breachP90, at)})`;
  const predicted = told?.breachP50 == null ? '' : ` Predicted: ${times.utc(told.breachP50, at)}${range}.`;
  const compared = fate ? ` ${sentence(fateText(fate))}` : '';
  return [{ label: 'Reached the limit', text: `${times.both(breachedAt, at)}.${predicted}${compared}` }];
}

function takenFacts({ ack }: AlertNews, at: number, times: Times): Fact[] {
  if (!ack) return [];
  const why = clause(ack.why);
  const text = `${nameText(ack.by)}, at ${times.both(ack.at, at)}, until ${times.both(ack.until, at)}${why && `: ${why}`}.`;
  return [{ label: 'Taken by', text }];
}

function firedFacts(alert: AlertNews, times: Times): Fact[] {
  const lasted = formatDuration(alert.at - alert.firedAt);
  const [from, to] = [times.both(alert.firedAt, alert.at), times.both(alert.at, alert.firedAt)];
  return [{ label: 'Fired', text: `from ${from} to ${to}, ${lasted}.` }];
}

/** How right it was. */
function predictionFacts(alert: AlertNews, times: Times): Fact[] {
  const { predicted, outcome } = alert;
  if (alert.breachedAt !== undefined) return [];
  const facts: Fact[] = [];
  if (outcome && outcome.result !== 'ended')
    facts.push({ label: 'Outcome', text: sentence(fateText(outcome)) });
  if (predicted && predicted.breachP50 !== null) {
    facts.push({ label: 'The prediction', text: predictionText(alert, predicted.breachP50, times) });
  }
  return facts;
}

function predictionText(alert: AlertNews, breachP50: number, times: Times): string {
  const { breachP10, breachP90 } = alert.predicted ?? {};
  const range = breachP10 ? ` (${times.range(breachP10, breachP90 ?? null, alert.firedAt)})` : '';
  const early = breachP50 - alert.at;
  const relation =
    early >= 0
      ? `The alert ended ${formatDuration(early)} before that, so the time was not put to the test.`
      : `The alert ended ${formatDuration(-early)} after that.`;
  return `When it fired, the limit was expected at ${times.both(breachP50, alert.firedAt)}${range}. ${relation}`;
}

function useFacts({ outlook }: AlertNews): Fact[] {
  if (!outlook) return [];
  const { probability, horizonMs } = outlook;
  const chance =
    probability === null
      ? ''
      : ` Chance of a breach within ${formatDuration(horizonMs)}: ${percent(probability)}.`;
  return [{ label: 'In use', text: `${useLong(outlook)}${chance}` }];
}
