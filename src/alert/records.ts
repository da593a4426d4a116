import { z } from 'zod';
import type { Ledger, LedgerEntry } from '../store/index.js';
import type { AlertNews } from './news.js';

const RECORDS = 'rule-records';

/** Lead times that are kept to tell their median. */
const LEADS_KEPT = 200;

const record = z.object({
  /** Unix ms of the first firing that is counted. */
  since: z.number(),
  fired: z.number(),
  breached: z.number(),
  averted: z.number(),
  passed: z.number(),
  ended: z.number(),
  /** From firing to breach, ms, the latest last. */
  leads: z.array(z.number()),
});

/** How a rule has fared: how often it fired, and what became of it. */
export type RuleRecord = z.infer<typeof record>;

/** Counts what became of the alerts of each rule, for as long as the data folder is kept. */
export class RuleRecords {
  readonly #records = new Map<string, RuleRecord>();
  /** News is prepared again when it could not be kept; it counts once. */
  readonly #counted = new WeakSet<AlertNews>();

  async load(ledger: Ledger): Promise<void> {
    for (const [rule, value] of await ledger.load(RECORDS)) {
      const read = record.safeParse(value);
      if (read.success) this.#records.set(rule, read.data);
    }
  }

  /** Counts news; the entries go into the same append as the news. */
  count(news: readonly AlertNews[]): LedgerEntry[] {
    const rules = new Set<string>();
    for (const item of news) {
      if (item.kind === 'service') continue;
      rules.add(item.rule);
      if (this.#counted.has(item)) continue;
      this.#counted.add(item);
      this.#note(item);
    }
    return [...rules].map((rule) => ({
      collection: RECORDS,
      key: rule,
      value: this.#records.get(rule) ?? null,
    }));
  }

  of(rule: string): RuleRecord | undefined {
    return this.#records.get(rule);
  }

  #note({ rule, state, firedAt, outcome }: AlertNews): void {
    const none = { since: firedAt, fired: 0, breached: 0, averted: 0, passed: 0, ended: 0, leads: [] };
    const known = this.#records.get(rule) ?? none;
    if (state === 'firing') {
      this.#records.set(rule, { ...known, fired: known.fired + 1 });
      return;
    }
    const result = outcome?.result ?? 'ended';
    const leads =
      outcome?.leadMs === undefined ? known.leads : [...known.leads, outcome.leadMs].slice(-LEADS_KEPT);
    this.#records.set(rule, { ...known, [result]: known[result] + 1, leads });
  }
}
