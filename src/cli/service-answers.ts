import { Problem } from '../problem.js';
import { formatDuration } from '../telemetry/index.js';

/** What the API answers, as far as the commands show it. Times are unix ms. */
export interface AlertAnswer {
  readonly id: string;
  readonly rule: string;
  readonly severity: string;
  readonly node: string;
  readonly state: 'pending' | 'firing' | 'acknowledged' | 'silenced' | 'resolved';
  readonly active_since: number;
  readonly fired_at: number | null;
  readonly resolved_at: number | null;
  readonly reason: string;
  readonly ack: {
    readonly by: string;
    readonly why: string;
    readonly at: number;
    readonly until: number;
  } | null;
  readonly silenced_by: readonly string[];
}

export interface SilenceAnswer {
  readonly id: string;
  readonly matchers: readonly string[];
  readonly state: 'pending' | 'active' | 'expired';
  readonly starts_at: number;
  readonly ends_at: number;
  readonly created_by: string;
  readonly comment: string;
  readonly ended: { readonly at: number; readonly by: string; readonly why: string } | null;
}

export interface PreviewAnswer {
  readonly alerts: readonly AlertAnswer[];
  readonly channels: readonly string[];
  readonly nodes: { readonly count: number; readonly names: readonly string[] };
  readonly takes_everything: boolean;
}

export interface AuditAnswer {
  readonly at: number;
  readonly who: string;
  readonly what: string;
  readonly subject: string;
  readonly why: string;
  readonly details: Readonly<Record<string, string | number>>;
}

/** So many characters of an id are shown, and are enough to name it unless two begin alike. */
const SHORT = 8;

export function shortId(id: string): string {
  return id.slice(0, SHORT);
}

/**
 * The one that an id or its beginning names; undefined for none.
 * @throws Problem bad-option when several begin alike
 */
export function byId<Item extends { readonly id: string }>(
  items: readonly Item[],
  id: string,
): Item | undefined {
  const exact = items.find((item) => item.id === id);
  if (exact || id.length < 4) return exact;
  const found = items.filter((item) => item.id.startsWith(id));
  if (found.length <= 1) return found[0];
  const ids = found.map((item) => item.id).join(', ');
  throw new Problem('bad-option', `found ${id}, with which several begin: ${ids}`, {
    cure: 'Write more of the one you mean.',
  });
}

/** `12 min`, from then to now. */
export function ago(ms: number, now: number): string {
  return formatDuration(Math.max(0, now - ms));
}

/** `15:29 UTC`, with the day where it is another one. */
export function clockTime(ms: number, now: number): string {
  const [day, time] = new Date(ms).toISOString().slice(0, 16).split('T');
  const isToday = new Date(now).toISOString().startsWith(day);
  return `${isToday ? '' : `${day} `}${time} UTC`;
}

export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
}
