import type { Ack, AlertNews, Told } from '../alert/index.js';
import type { Labels } from '../telemetry/index.js';
import { movedSince, toldOf } from './follow-up.js';
import type { Occasion } from './message.js';
import type { Route } from './routes.js';

/** What people know of an alert from the group's last message that showed it. */
export interface Known extends Told {
  readonly isBreached: boolean;
  readonly isTaken: boolean;
}

export interface Member {
  /** Its newest news: of an alert that fires as it fired, else of its end. */
  news: AlertNews;
  /** Null while nobody was told. */
  known: Known | null;
}

/** Alerts that one message speaks of: those that take the same route and share its group labels. Times are unix ms. */
export interface Group {
  readonly key: string;
  readonly route: Route;
  readonly labels: Labels;
  readonly startedAt: number;
  readonly members: Map<string, Member>;
  /** When it is looked at next. */
  nextAt: number;
  lastSentAt: number | null;
  /** Messages so far; names its thread together with `startedAt`. */
  sent: number;
}

/** What a group shows at one moment. */
export interface Showing {
  readonly occasion: Occasion;
  /** Those that fire and are not held back, then those that ended and were told of. */
  readonly alerts: readonly AlertNews[];
  /** Alerts whose forecast got much worse since it was told. */
  readonly worse: readonly AlertNews[];
}

/** What is asked of the present. */
export interface Present {
  /** The alert as it is now; undefined when it fires no longer. */
  current(news: AlertNews): AlertNews | undefined;
  /** Whether it is silenced or inhibited. */
  isHeld(news: AlertNews): boolean;
  ackOf(news: AlertNews): Ack | undefined;
}

/** What is to be said of a group now; null for nothing. Pure: `settle` takes note that it was said. */
export function judge(group: Group, present: Present, at: number): Showing | null {
  if (group.route.isMuted(at)) return null;
  const firing: AlertNews[] = [];
  const ended: AlertNews[] = [];
  const worse: AlertNews[] = [];
  const news = new Set<Occasion>();
  for (const { news: latest, known } of group.members.values()) {
    if (latest.state === 'resolved') {
      if (known) ended.push(latest);
      continue;
    }
    const now = present.current(latest) ?? latest;
    if (present.isHeld(now)) continue;
    const moved = known && now.breachedAt === undefined ? movedSince(known, now.outlook, at) : null;
    // An acknowledgement was of the forecast as it was: one that got much worse asks for somebody anew.
    const ack = moved === 'worse' ? undefined : present.ackOf(now);
    const shown: AlertNews = {
      ...now,
      ...(ack ? { ack } : {}),
      ...(known ? { before: beforeOf(known) } : {}),
    };
    firing.push(shown);
    if (!known) {
      news.add('new');
      continue;
    }
    if (now.breachedAt !== undefined && !known.isBreached) news.add('breached');
    if (moved) news.add(moved);
    if (moved === 'worse') worse.push(shown);
    if (ack && !known.isTaken) news.add('acknowledged');
  }
  if (ended.length > 0) news.add(firing.length > 0 ? 'changed' : 'over');
  const isOpen = firing.some(({ ack }) => ack === undefined);
  const isLongAgo = group.lastSentAt !== null && at - group.lastSentAt >= group.route.repeatIntervalMs;
  if (isOpen && isLongAgo) news.add('repeat');
  const occasion = BY_WEIGHT.find((each) => news.has(each));
  return occasion ? { occasion, alerts: [...firing, ...ended], worse } : null;
}

/** Where several things happened since the last message, it is named for the first of these. */
const BY_WEIGHT: readonly Occasion[] = [
  'breached',
  'new',
  'worse',
  'over',
  'changed',
  'better',
  'acknowledged',
  'repeat',
];

function beforeOf({ at, probability, breachP10, breachP50, breachP90 }: Known): Told {
  return { at, probability, breachP10, breachP50, breachP90 };
}

/** Takes note that people were told what was shown, and lets go of what has ended. */
export function settle(group: Group, showing: Showing, at: number): void {
  for (const alert of showing.alerts) {
    if (alert.state === 'resolved') {
      group.members.delete(alert.id);
      continue;
    }
    const member = group.members.get(alert.id);
    if (!member) continue;
    const isBreached = alert.breachedAt !== undefined;
    const isTaken = alert.ack !== undefined;
    // What was told of a forecast stays the measure until it has moved far: small steps add up.
    const isToldAgain = showing.occasion !== 'acknowledged' && showing.occasion !== 'changed';
    const told = member.known && !isToldAgain ? member.known : toldOf(alert.outlook, at);
    member.known = { ...told, isBreached, isTaken };
  }
  group.lastSentAt = at;
  group.sent++;
}

/** Lets go of what ended before anybody was told of it. */
export function forgetUntold(group: Group): void {
  for (const [id, { news, known }] of group.members) {
    if (news.state === 'resolved' && !known) group.members.delete(id);
  }
}
