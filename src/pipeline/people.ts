import type { Logger } from 'pino';
import type { Alerts } from '../alert/index.js';
import type { AuditLog } from '../audit/index.js';
import {
  Acks,
  formatMatchers,
  type Group,
  LabelMatcher,
  Links,
  type MessageLinks,
  Silences,
} from '../dispatch/index.js';
import type { Ledger } from '../store/index.js';
import type { Labels, Registry } from '../telemetry/index.js';

/** How long the links of a message are good. */
const LINK_MS = 7 * 86_400_000;

export interface PeopleOptions {
  /** Longest silence, ms. */
  readonly longestSilence: number;
  /** Signs links; a key is made and kept with the data when left out. */
  readonly linkSecret?: string | undefined;
}

interface PeopleContext {
  readonly ledger: Ledger;
  readonly audit: AuditLog;
  readonly log: Logger;
  readonly registry: Registry;
  readonly alerts: Alerts;
  /** Names of the channels to which messages about an alert with these labels go. */
  readonly channelsFor: (labels: Labels) => readonly string[];
  /** Told when somebody has taken these alerts, or given them back. */
  readonly changed: (alertIds: readonly string[]) => void;
}

/** What people do about alerts: take them, silence them, by API, command or link. */
export class People {
  readonly acks: Acks;
  readonly silences: Silences;
  readonly links: Links;
  /** Where people reach the service; undefined when nobody has said. */
  readonly #externalUrl: string | undefined;

  constructor(
    { longestSilence, linkSecret }: PeopleOptions,
    externalUrl: string | undefined,
    context: PeopleContext,
  ) {
    this.#externalUrl = externalUrl;
    const { ledger, audit, log, registry, alerts, channelsFor, changed } = context;
    this.acks = new Acks({ ledger, audit, log, alerts: () => alerts.all(), changed });
    this.silences = new Silences({
      ledger,
      audit,
      log,
      alerts: () => alerts.all(),
      *nodes() {
        for (const node of registry.nodes) yield { name: node.name, labels: registry.labelsOf(node) };
      },
      channelsFor,
      longestMs: longestSilence,
    });
    this.links = new Links({ ledger, log, ...(linkSecret === undefined ? {} : { secret: linkSecret }) });
  }

  /** What the dispatcher asks about an alert: who or what holds back its messages. */
  get held() {
    const { acks, silences } = this;
    return {
      silencedBy: (labels: Labels, at: number) => silences.silencing(labels, at).map(({ id }) => id),
      ackOf: (alertId: string, at: number) => acks.of(alertId, at),
      worsened: (alertId: string, at: number) => acks.worsened(alertId, at),
    };
  }

  /**
   * Paths of links for a message about the alerts with these labels of their group (an empty one stands for a missing one), good for
   * a week: to take those that fire by now, and to silence. None for a group without labels, which would be everything.
   */
  linksFor(groupLabels: Labels, at: number): { readonly acknowledge?: string; readonly silence?: string } {
    const matchers = Object.entries(groupLabels).map(([name, value]) => new LabelMatcher(name, '=', value));
    if (matchers.length === 0) return {};
    const wish = { subject: formatMatchers(matchers), until: at + LINK_MS };
    const acknowledge = this.links.sign({ action: 'acknowledge', ...wish }, at);
    const silence = this.links.sign({ action: 'silence', ...wish }, at);
    return { ...(acknowledge ? { acknowledge } : {}), ...(silence ? { silence } : {}) };
  }

  /** The same, absolute, for a group; none where nobody has said at which address the service is reached. */
  linksOf({ route, labels }: Group, at: number): MessageLinks {
    if (this.#externalUrl === undefined) return {};
    const base = this.#externalUrl.replace(/\/+$/, '');
    // A label that the group lacks is part of what it is.
    const all = { ...Object.fromEntries((route.groupBy ?? []).map((name) => [name, ''])), ...labels };
    const paths = Object.entries(this.linksFor(all, at));
    return Object.fromEntries(paths.map(([name, path]) => [name, base + path]));
  }

  /** Takes up what the last run has kept; call once, when the alerts are loaded. @throws Problem store-failed */
  async load(now: number): Promise<void> {
    await Promise.all([this.acks.load(), this.silences.load(), this.links.load(now)]);
  }

  /** Ends what is over by `now`; part of every round, after the alerts are committed. @throws Problem store-failed */
  async tick(now: number): Promise<void> {
    await this.acks.tick(now);
    await this.silences.tick(now);
  }

  /** What is done now and then. @throws Problem store-failed */
  async keepHouse(now: number): Promise<void> {
    await this.links.tick(now);
  }
}
