import type { Message } from '../../contract.js';
import { alertAnnotations, alertLabels, type Labels } from '../../prometheus/index.js';

type AlertNews = Message['alerts'][number];

/** One alert as `POST /api/v2/alerts` takes it. */
export interface ApiAlert {
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly startsAt: string;
  readonly endsAt: string;
  readonly generatorURL?: string;
}

/** Alertmanager's documentation asks clients to say for so long that an alert has ended. */
const RESOLVED_SAID_FOR_MS = 5 * 60_000;

/** Labels are remembered for so long after an alert was last seen: its end may be told late. */
const LABELS_KEPT_MS = 24 * 3_600_000;

interface Named {
  readonly labels: Labels;
  /** The same as text, to compare. */
  readonly key: string;
  state: AlertNews['state'];
  seenAt: number;
}

/**
 * What Alertmanager was told, so that it hears the same again: the labels of an alert stay those under which it was first
 * sent though its node's labels may change, and what ended is said for a while. Kept in memory alone: after a restart
 * Alertmanager ends what is not said again by itself.
 */
export class ActiveAlerts {
  readonly #liveMs: number;
  readonly #externalUrl: string | undefined;
  /** By id of the alert. */
  readonly #named = new Map<string, Named>();
  readonly #ended = new Map<string, { readonly alert: ApiAlert; readonly until: number }>();

  /** @param liveMs after how long an alert that is not said again shall end */
  constructor(liveMs: number, externalUrl: string | undefined) {
    this.#liveMs = liveMs;
    this.#externalUrl = externalUrl;
  }

  /**
   * The alerts of a message as of `now`, unix ms. One that ended meanwhile is told as ended; the end of one whose labels
   * fire again under a new id is not told, as Alertmanager would take it for the end of the new one.
   */
  told(message: Message, now: number): ApiAlert[] {
    this.#forget(now);
    const alerts = message.alerts.map((news) => ({ id: news.id, alert: this.#alertOf(news, message, now) }));
    const firing = this.#firingKeys();
    return alerts
      .filter(({ id }) => !(this.#ended.has(id) && firing.has(this.#named.get(id)?.key ?? '')))
      .map(({ alert }) => alert);
  }

  /** All that fires as of `now`, and what ended within the last minutes. */
  firing(messages: readonly Message[], now: number): ApiAlert[] {
    this.#forget(now);
    const firing = new Map<string, ApiAlert>();
    for (const message of messages) {
      for (const news of message.alerts) {
        if (news.state === 'firing' && !this.#ended.has(news.id))
          firing.set(news.id, this.#alertOf(news, message, now));
      }
    }
    const keys = new Set([...firing.keys()].map((id) => this.#named.get(id)?.key));
    const ended = [...this.#ended].filter(([id]) => !keys.has(this.#named.get(id)?.key));
    return [...firing.values(), ...ended.map(([, { alert }]) => alert)];
  }

  #alertOf(news: AlertNews, { links }: Message, now: number): ApiAlert {
    const ended = this.#ended.get(news.id);
    if (ended) return ended.alert;
    const { labels } = this.#nameOf(news, now);
    const endsAt = news.state === 'firing' ? now + this.#liveMs : Math.max(news.at, news.firedAt);
    const page = links.page ?? this.#externalUrl;
    const alert = {
      labels,
      annotations: alertAnnotations(news, links),
      startsAt: new Date(news.firedAt).toISOString(),
      endsAt: new Date(endsAt).toISOString(),
      ...(page === undefined ? {} : { generatorURL: page }),
    };
    if (news.state === 'resolved') this.#ended.set(news.id, { alert, until: now + RESOLVED_SAID_FOR_MS });
    return alert;
  }

  #nameOf(news: AlertNews, now: number): Named {
    let named = this.#named.get(news.id);
    if (!named) {
      const labels = alertLabels(news);
      named = { labels, key: JSON.stringify(labels), state: news.state, seenAt: now };
      this.#named.set(news.id, named);
    }
    Object.assign(named, { state: news.state, seenAt: now });
    return named;
  }

  #firingKeys(): Set<string> {
    const firing = [...this.#named.values()].filter(({ state }) => state === 'firing');
    return new Set(firing.map(({ key }) => key));
  }

  #forget(now: number): void {
    for (const [id, { until }] of this.#ended) if (until < now) this.#ended.delete(id);
    for (const [id, { seenAt }] of this.#named) {
      if (now - seenAt > LABELS_KEPT_MS) this.#named.delete(id);
    }
  }
}
