import { createHash } from 'node:crypto';
import type { Logger } from 'pino';
import { Counter, Gauge, type Registry as Metrics } from 'prom-client';
import { type Ack, type AlertNews, type AlertState, newsOf } from '../alert/index.js';
import type { Ledger, LedgerEntry } from '../store/index.js';
import type { Labels } from '../telemetry/index.js';
import type { Portrait } from '../trend/index.js';
import { compose } from './compose.js';
import { forgetUntold, type Group, judge, type Member, type Present, type Showing, settle } from './group.js';
import { GROUPS, groupEntry, readGroup, type SavedGroup } from './group-records.js';
import { pastEpisodes } from './history.js';
import { Inhibition, type Inhibits } from './inhibition.js';
import { labelsOf, type Message, type MessageLinks } from './message.js';
import type { DispatchOptions } from './options.js';
import { compileRoutes, groupKeyOf, groupLabelsOf, type Route, routesFor } from './routes.js';

/** Messages drawn with pictures of so many of their alerts. */
const PICTURES = 3;

/** What holds back messages on people's behalf. */
export interface Held {
  /** Ids of the silences that hide an alert with these labels at `at`, unix ms. */
  silencedBy(labels: Labels, at: number): readonly string[];
  ackOf(alertId: string, at: number): Ack | undefined;
  /** A forecast got much worse: the entries that end its acknowledgement, to be appended with the message. */
  worsened(alertId: string, at: number): readonly LedgerEntry[];
}

export interface DispatcherOptions {
  readonly options: DispatchOptions;
  /** Names of the channels that there are. */
  readonly channels: readonly string[];
  /** States of the alert room that fire. */
  readonly firing: () => Iterable<AlertState>;
  /** The state of one alert; undefined when it is no longer. */
  readonly find: (rule: string, node: string) => AlertState | undefined;
  /** Alerts that ended, the oldest first. */
  readonly past: () => readonly AlertNews[];
  /** What a message shows of an alert's node; null where there is nothing to draw. */
  readonly portrait: (news: AlertNews, at: number) => Portrait | null;
  readonly held: Held;
  readonly links: (group: Group, alerts: readonly AlertNews[], at: number) => MessageLinks;
  readonly log: Logger;
  readonly metrics: Metrics;
}

/**
 * Between the alert room and the ways out: puts alerts into the groups of their routes, and decides when a group has something
 * to say, and what. Semantics are Alertmanager's (group wait, interval, repeat, inhibition, silences, mute times), with
 * follow-ups for forecasts that move or come true, and with ends that are always told to those who were told of the beginning.
 *
 * Nothing of it is lost in a crash: groups are kept with the messages that they wrote; alerts that fire are taken
 * up from the alert room's states.
 */
export class Dispatcher {
  readonly #options: DispatcherOptions;
  readonly #root: Route;
  readonly #inhibition: Inhibition;
  readonly #groups = new Map<string, Group>();
  readonly #metrics: ReturnType<typeof dispatchMetrics>;
  /** Written, but not yet known to be durable; said again with the next commit. */
  #unsettled: { readonly messages: Message[]; readonly entries: Map<string, LedgerEntry> } = {
    messages: [],
    entries: new Map(),
  };

  constructor(options: DispatcherOptions) {
    this.#options = options;
    const { route, time_intervals, inhibit_rules } = options.options;
    this.#root = compileRoutes(route, time_intervals, options.channels);
    this.#inhibition = new Inhibition(inhibit_rules);
    this.#metrics = dispatchMetrics(options.metrics, () => this.#groups.size);
  }

  /** Takes up what was told before the last stop, and all that fires now. Call once, after the alert room has loaded. */
  async load(ledger: Ledger, at: number): Promise<void> {
    const saved = new Map<string, SavedGroup>();
    for (const [key, value] of await ledger.load(GROUPS)) {
      const group = readGroup(value);
      if (group) saved.set(key, group);
      else
        this.#options.log.error(
          { group: key },
          'dispatch: a group in the ledger cannot be read and is left out',
        );
    }
    const past = new Map(this.#options.past().map((news) => [news.id, news]));
    const firing = [...this.#options.firing()].map((state) =>
      newsOf(state, 'firing', state.firedAt ?? at, state.reason),
    );
    const kept = [...saved.values()].flatMap((group) => group.kept).map((news) => endedWithItsRun(news, at));
    for (const news of [...firing, ...kept]) {
      for (const group of this.#groupsOf(news, at)) {
        const before = saved.get(group.key);
        if (before) resume(group, before);
        group.members.set(news.id, { news, known: before?.known[news.id] ?? null });
      }
    }
    for (const [key, { known }] of saved) {
      const group = this.#groups.get(key);
      for (const id of Object.keys(known)) {
        const end = past.get(id);
        if (!group && end) this.#revive(key, saved.get(key)!, end, at);
        else if (group && end && !group.members.has(id))
          group.members.set(id, { news: end, known: known[id] });
      }
      // Its route is gone, and so is all that it told of.
      if (!this.#groups.has(key)) this.#note({ collection: GROUPS, key, value: null });
    }
  }

  /** Puts news into the groups of their routes. Taking the same news twice changes nothing. */
  take(news: readonly AlertNews[], at: number): void {
    for (const item of news) {
      const groups = item.state === 'resolved' ? this.#groupsWith(item) : this.#groupsOf(item, at);
      for (const group of groups) {
        const member = group.members.get(item.id);
        if (member) member.news = item;
        else group.members.set(item.id, { news: item, known: null });
        if (item.kind === 'service' || (item.state === 'resolved' && member?.known))
          this.#note(groupEntry(group));
      }
    }
  }

  /**
   * What is to be said now, with the entries that keep it. Both are given again with every call until `settled`: they
   * have to be appended together with what caused them.
   */
  flush(at: number): { readonly messages: readonly Message[]; readonly entries: readonly LedgerEntry[] } {
    let present: Present | undefined;
    for (const group of this.#groups.values()) {
      if (group.nextAt > at) continue;
      present ??= this.#presentAt(at);
      this.#lookAt(group, present, at);
    }
    const { messages, entries } = this.#unsettled;
    return { messages, entries: [...entries.values()] };
  }

  /** Says that what `flush` gave is durable. */
  settled(): void {
    for (const { occasion } of this.#unsettled.messages) this.#metrics.messages.inc({ occasion });
    this.#unsettled = { messages: [], entries: new Map() };
  }

  /** Looks at the groups of these alerts at the next flush: somebody has taken them, or given them back. */
  hasten(alertIds: readonly string[], at: number): void {
    for (const group of this.#groups.values()) {
      const isMeant = group.sent > 0 && alertIds.some((id) => group.members.has(id));
      if (isMeant) group.nextAt = Math.min(group.nextAt, at);
    }
  }

  /** One message a group of all that fires for a channel and is not held back: what a forgetful receiver must hear again. */
  firingFor(channel: string, at: number): Message[] {
    const present = this.#presentAt(at);
    const messages: Message[] = [];
    for (const group of this.#groups.values()) {
      if (!group.route.receivers.includes(channel) || group.lastSentAt === null || group.route.isMuted(at))
        continue;
      const alerts = [...group.members.values()]
        .filter(({ news, known }) => news.state === 'firing' && known)
        .map(({ news }) => present.current(news) ?? news)
        .filter((news) => !present.isHeld(news));
      if (alerts.length > 0) messages.push(this.#write(group, { occasion: 'repeat', alerts, worse: [] }, at));
    }
    return messages;
  }

  /** The channels that an alert with these labels goes to; empty when nobody is told. */
  receiversOf(labels: Labels): readonly string[] {
    return [...new Set(routesFor(this.#root, labels).flatMap(({ receivers }) => receivers))];
  }

  #lookAt(group: Group, present: Present, at: number): void {
    const showing = judge(group, present, at);
    group.nextAt = at + group.route.groupIntervalMs;
    if (showing) {
      const message = this.#write(group, showing, at);
      this.#unsettled.messages.push(message);
      for (const { id } of showing.worse) {
        for (const entry of this.#options.held.worsened(id, at)) this.#note(entry);
      }
      settle(group, showing, at);
    }
    const before = group.members.size;
    forgetUntold(group);
    if (group.members.size === 0) this.#groups.delete(group.key);
    if (showing || group.members.size !== before) this.#note(groupEntry(group));
  }

  #write(group: Group, { occasion, alerts }: Showing, at: number): Message {
    const shown = alerts.map((alert, place) => {
      const portrait =
        place < PICTURES && alert.state === 'firing' ? this.#options.portrait(alert, at) : null;
      return portrait ? { ...alert, portrait } : alert;
    });
    const { key, labels, sent, route } = group;
    return compose(
      shown,
      {
        occasion,
        groupKey: key,
        groupLabels: labels,
        thread: threadOf(group),
        isFirst: sent === 0,
        // A channel that fails cannot tell of its own failure.
        channels: route.receivers.filter(
          (name) => !alerts.some((alert) => alert.labels.channel === name && alert.kind === 'service'),
        ),
        history: pastEpisodes(this.#options.past(), alerts),
        links: this.#options.links(group, alerts, at),
      },
      at,
    );
  }

  #presentAt(at: number): Present {
    const { find, firing, held } = this.#options;
    let inhibits: Inhibits | undefined;
    const current = (news: AlertNews): AlertNews | undefined => {
      const state = find(news.rule, news.node);
      return state?.id === news.id && state.phase === 'firing'
        ? newsOf(state, 'firing', news.at, state.reason)
        : undefined;
    };
    const isHeld = (news: AlertNews): boolean => {
      inhibits ??= this.#inhibition.by([...firing()].map(labelsOfState));
      const labels = labelsOf(news);
      return held.silencedBy(labels, at).length > 0 || inhibits(labels);
    };
    return { current, isHeld, ackOf: (news) => held.ackOf(news.id, at) };
  }

  /** The groups that an alert which fires belongs to; they begin with it where they are not there yet. */
  #groupsOf(news: AlertNews, at: number): Group[] {
    const labels = labelsOf(news);
    return routesFor(this.#root, labels).map((route) => {
      const own = groupLabelsOf(route, labels);
      const key = groupKeyOf(route, own);
      const known = this.#groups.get(key);
      if (known) return known;
      const group: Group = {
        key,
        route,
        labels: own,
        startedAt: at,
        members: new Map<string, Member>(),
        nextAt: at + route.groupWaitMs,
        lastSentAt: null,
        sent: 0,
      };
      this.#groups.set(key, group);
      return group;
    });
  }

  /** The groups that know an alert; by its labels, unless they have changed since it fired. */
  #groupsWith(news: AlertNews): Group[] {
    const labels = labelsOf(news);
    const keys = routesFor(this.#root, labels).map((route) =>
      groupKeyOf(route, groupLabelsOf(route, labels)),
    );
    const groups = keys.map((key) => this.#groups.get(key));
    const isKnown = (group: Group | undefined): group is Group => group?.members.has(news.id) ?? false;
    return groups.every(isKnown) ? groups : [...this.#groups.values()].filter(isKnown);
  }

  /** A group whose last alerts ended while the service was away: it still has their ends to tell. */
  #revive(key: string, saved: SavedGroup, end: AlertNews, at: number): void {
    const group = this.#groupsOf(end, at).find((each) => each.key === key);
    if (!group) return;
    resume(group, saved);
    group.members.set(end.id, { news: end, known: saved.known[end.id] ?? null });
  }

  #note(entry: LedgerEntry): void {
    this.#unsettled.entries.set(`${entry.collection} ${entry.key}`, entry);
  }
}

/** Takes up where the group stood when it was kept. */
function resume(group: Group, { startedAt, nextAt, lastSentAt, sent }: SavedGroup): void {
  Object.assign(group, { startedAt, nextAt, lastSentAt, sent });
}

/** One incident of a group: from its first alert until all are over. */
function threadOf({ key, startedAt }: Group): string {
  return createHash('sha256')
    .update(JSON.stringify([key, startedAt]))
    .digest('hex')
    .slice(0, 24);
}

/** What the service says of itself holds for its run: whatever still fails is told anew by the next one. */
function endedWithItsRun(news: AlertNews, at: number): AlertNews {
  if (news.kind !== 'service' || news.state === 'resolved') return news;
  return {
    ...news,
    state: 'resolved',
    at,
    reason: 'the service was started anew; what still fails is told again',
  };
}

function labelsOfState({ about, rule, node }: AlertState): Labels {
  return labelsOf({ ...about, rule, node });
}

function dispatchMetrics(metrics: Metrics, groups: () => number) {
  const registers = [metrics];
  new Gauge({
    name: 'headroom_groups',
    help: 'Groups of alerts that fire or have an end to tell.',
    registers,
    collect() {
      this.set(groups());
    },
  });
  const messages = new Counter({
    name: 'headroom_messages_total',
    help: 'Messages written, by occasion.',
    labelNames: ['occasion'],
    registers,
  });
  return { messages };
}
