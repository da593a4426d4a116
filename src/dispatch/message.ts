import type { AlertNews } from '../alert/index.js';
import type { Labels } from '../telemetry/index.js';

/**
 * Why a message is written. `new`: alerts fire that nobody was told of; `worse`, `better`: a forecast moved a lot since the
 * last message; `breached`: what was predicted has come; `acknowledged`: somebody has taken it; `over`: all have ended;
 * `changed`: some have ended, others go on; `repeat`: nothing changed for the repeat interval; `test`: a marked example.
 */
export const OCCASIONS = [
  'new',
  'worse',
  'better',
  'breached',
  'acknowledged',
  'changed',
  'over',
  'repeat',
  'test',
] as const;
export type Occasion = (typeof OCCASIONS)[number];

/** Addresses for people; absolute. What is not there cannot be offered. */
export interface MessageLinks {
  /** The page of the group's pool or node. */
  readonly page?: string;
  /** Signed and expiring; each opens a page that asks before anything is changed. */
  readonly acknowledge?: string;
  readonly silence?: string;
}

/** What became of an earlier time that the same rule fired for the same group. Times are unix ms. */
export interface PastEpisode {
  readonly node: string;
  readonly firedAt: number;
  readonly endedAt: number;
  readonly outcome: NonNullable<AlertNews['outcome']>;
}

/**
 * One message to people: what is to be said of one group of alerts at one moment. Plain JSON, complete: it is kept in the
 * outbox and written from without asking anyone.
 */
export interface Message {
  /** The same for every channel and every attempt. */
  readonly id: string;
  readonly occasion: Occasion;
  /** `resolved` only when all its alerts are. */
  readonly state: 'firing' | 'resolved';
  /** Of the worst alert; others of the group may have other rules where routes group so. */
  readonly rule: string;
  readonly severity: string;
  /** Unix ms. */
  readonly createdAt: number;
  /** Names the group for ever, as Alertmanager writes it: `{route}:{labels}`. Receivers de-duplicate on it. */
  readonly groupKey: string;
  readonly groupLabels: Labels;
  /** One incident of the group, from its first message to `over`: what mail programs and Slack thread by. */
  readonly thread: string;
  /** Whether it is the first message of its thread. */
  readonly isFirst: boolean;
  /** Names of the channels that get it. */
  readonly channels: readonly string[];
  /** Those that fire, worst first, then those that ended since the last message; never empty. */
  readonly alerts: readonly AlertNews[];
  /** The latest first; empty when it never fired before. */
  readonly history: readonly PastEpisode[];
  readonly links: MessageLinks;
}

/** The labels by which routes, silences and inhibition see an alert: those of the node, and what the alert itself is. */
export function labelsOf(news: Pick<AlertNews, 'labels' | 'rule' | 'severity' | 'node' | 'kind'>): Labels {
  const { labels, rule, severity, node, kind } = news;
  return { ...labels, alertname: rule, severity, kind, ...(node === '' ? {} : { node }) };
}
