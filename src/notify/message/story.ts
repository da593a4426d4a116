import type { AlertNews } from '../../alert/index.js';
import type { Message, Occasion } from '../../dispatch/index.js';
import { formatDuration } from '../../telemetry/index.js';
import { actionsOf } from './actions.js';
import { happeningFacts, reasonFacts } from './facts.js';
import { headlineOf } from './headline.js';
import { pastFact } from './past.js';
import { isWebAddress, oneLine, wellFormed } from './phrases.js';
import { type Picture, pictureOf } from './picture.js';
import { subjectOf, threadSubjectOf, topicOf } from './subject.js';
import { type Table, tableOf } from './table.js';
import type { Times } from './times.js';
import { firingOf, nameOf } from './who.js';

/** A label with a sentence or two, and points below them where there is more to say. */
export interface Fact {
  readonly label: string;
  readonly text: string;
  readonly points?: readonly string[];
  /** An address that belongs to it; http or https, nothing else. */
  readonly url?: string;
}

/** `acknowledge` and `silence` open a page that asks before it changes anything. */
export interface StoryLink {
  readonly kind: 'acknowledge' | 'silence' | 'page';
  readonly text: string;
  readonly url: string;
}

/** How it looks: `danger` somebody must act now, `warning` in good time, `good` it is over, `neutral` for the rest. */
export type Tone = 'danger' | 'warning' | 'good' | 'neutral';

/**
 * What a message says, before it is text, HTML or what a channel makes of it, in the order in which it wants to be shown: what
 * will happen to whom and when, how sure and why, what it looks like, what to do, what happened the last times, links. What has
 * nothing to say is empty or absent. No string has line breaks or control characters; none is escaped. Names, labels, reasons
 * and addresses come from outside.
 */
export interface Story {
  readonly occasion: Occasion;
  readonly state: Message['state'];
  readonly severity: string;
  /** Of the worst alert. */
  readonly rule: string;
  readonly tone: Tone;
  /** One or two words in capitals: `PAGE`, `PAGE, WORSE`, `RESOLVED`, `EXAMPLE`. */
  readonly badge: string;
  /** The headline with `[severity]`, `[resolved]` or `[test]` before it, at most 180 characters: for lists without threads. */
  readonly subject: string;
  /** `[news] topic`: what follows the brackets is the same for all of a thread, which mail programs need. */
  readonly threadSubject: string;
  /** What the thread is about, the same in all its messages. */
  readonly topic: string;

  /** One sentence without a full stop that says it all. */
  readonly headline: string;
  /** Sentences to be read before all else: that it is an example, that it comes late. */
  readonly notices: readonly string[];
  /** What the rule's author says of it. */
  readonly summary?: string;
  /** One row a node, when there are several. */
  readonly table?: Table;
  /** Of several nodes the one that all facts are about, the worst. */
  readonly about?: string;
  /** What will happen, to whom and when; for alerts that ended, what became of it. */
  readonly what: readonly Fact[];
  /** How sure that is, and why. */
  readonly why: readonly Fact[];
  /** Of the worst nodes, at most three. */
  readonly pictures: readonly Picture[];
  /** What to do, by when, and the runbook. */
  readonly actions: readonly Fact[];
  /** What happened when it fired before. */
  readonly past?: Fact;
  readonly links: readonly StoryLink[];
  readonly footer: string;
}

/** A message that arrives later than this after it was written says so. */
const DELAY_WORTH_TELLING_MS = 120_000;

/** Tells a message as of `at` (unix ms): the same for the same arguments. */
export function tellStory(
  message: Message,
  at: number,
  times: Times,
  externalUrl: string | undefined,
): Story {
  const { alerts, occasion, state, severity, createdAt } = message;
  const [worst] = alerts;
  const isMany = alerts.length > 1;
  const past = pastFact(message.history, at, times);
  const rule = oneLine(worst.rule);
  return {
    occasion,
    state,
    severity: oneLine(severity),
    rule,
    tone: toneOf(message),
    badge: badgeOf(message),
    subject: subjectOf(message, at, times),
    threadSubject: threadSubjectOf(message, at, times),
    topic: topicOf(message),
    headline: headlineOf(message, at, times),
    notices: noticesOf(message, at, times),
    ...(worst.summary === undefined ? {} : { summary: summaryOf(alerts) }),
    ...(isMany ? { table: tableOf(alerts, at, times), about: nameOf(worst) } : {}),
    what: happeningFacts(worst, at, times),
    why: reasonFacts(worst, at, times),
    pictures: alerts.flatMap((alert, place) => pictureOf(alert, place, times)),
    actions: actionsOf(firingOf(alerts), at, times),
    ...(past ? { past } : {}),
    links: linksOf(message, externalUrl),
    footer: `Headroom, rule ${rule}, alert ${oneLine(worst.id)}, written ${times.both(createdAt, at)}`,
  };
}

/** Where nodes have summaries of their own, that of the worst one with its name. */
function summaryOf([worst, ...others]: readonly AlertNews[]): string {
  const isOfAll = others.every(({ summary }) => summary === worst.summary);
  return oneLine(isOfAll ? (worst.summary ?? '') : `${worst.node}: ${worst.summary}`);
}

function toneOf({ occasion, state, severity }: Message): Tone {
  if (occasion === 'test') return 'neutral';
  if (state === 'resolved') return 'good';
  if (occasion === 'acknowledged') return 'neutral';
  return severity === 'page' ? 'danger' : 'warning';
}

const BADGES: Readonly<Record<Occasion, string | undefined>> = {
  new: undefined,
  worse: 'WORSE',
  better: 'BETTER',
  breached: 'BREACHED',
  acknowledged: 'TAKEN',
  changed: 'CHANGED',
  over: undefined,
  repeat: 'STILL',
  test: undefined,
};

function badgeOf({ occasion, state, severity }: Message): string {
  if (occasion === 'test') return 'EXAMPLE';
  if (state === 'resolved') return 'RESOLVED';
  const more = BADGES[occasion];
  return `${oneLine(severity).toUpperCase()}${more ? `, ${more}` : ''}`;
}

function noticesOf({ occasion, createdAt }: Message, at: number, times: Times): string[] {
  const notices: string[] = [];
  if (occasion === 'test') {
    notices.push(
      'This is an example: nobody’s node is in danger, and nothing needs to be done. It was sent to see that messages arrive.',
    );
  }
  const delay = at - createdAt;
  if (delay >= DELAY_WORTH_TELLING_MS) {
    notices.push(
      `Delayed: this message is ${formatDuration(delay)} old: it could not be delivered before ${times.both(at, at)}.`,
    );
  }
  return notices;
}

const LINK_TEXTS = {
  acknowledge: 'Acknowledge',
  silence: 'Silence',
  page: 'Open in Headroom',
} as const satisfies Record<StoryLink['kind'], string>;

/** Only what still makes sense is offered: nothing to take once all is taken, nothing to silence once all is over. */
function linksOf({ links, alerts }: Message, externalUrl: string | undefined): StoryLink[] {
  const firing = firingOf(alerts);
  const page = links.page ?? (externalUrl === undefined ? undefined : pageOf(externalUrl, alerts[0]));
  const all = {
    acknowledge: firing.some(({ ack }) => ack === undefined) ? links.acknowledge : undefined,
    silence: firing.length > 0 ? links.silence : undefined,
    page,
  };
  return (['acknowledge', 'silence', 'page'] as const).flatMap((kind) => {
    const url = all[kind];
    return url !== undefined && isWebAddress(url) ? [{ kind, text: LINK_TEXTS[kind], url }] : [];
  });
}

function pageOf(externalUrl: string, { node }: AlertNews): string {
  const query = node === '' ? '' : `?node=${encodeURIComponent(wellFormed(node))}`;
  return `${externalUrl.replace(/\/+$/, '')}/${query}`;
}
