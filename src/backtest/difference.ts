import type { Rule } from '../evaluate/index.js';
import type { Breach } from './contract.js';
import type { BreachVerdict, JudgedEpisode } from './judge.js';
import type { RuleTally, SetOutcome } from './tally.js';

export type RuleChange = 'added' | 'removed' | 'changed' | 'same';

/** An alert that both sets give, at another time. */
export interface Moved {
  readonly before: JudgedEpisode;
  readonly after: JudgedEpisode;
  /** Above 0: later than before. */
  readonly byMs: number;
}

export interface RuleDifference {
  readonly rule: string;
  readonly change: RuleChange;
  /** Fields of the rule that differ, such as `condition.probability`. */
  readonly fields: readonly string[];
  readonly before: RuleTally | null;
  readonly after: RuleTally | null;
  readonly onlyBefore: readonly JudgedEpisode[];
  readonly onlyAfter: readonly JudgedEpisode[];
  readonly moved: readonly Moved[];
  readonly unmoved: number;
}

/** A breach that one set catches and the other does not, or not as well. */
export interface BreachDifference {
  readonly breach: Breach;
  readonly before: BreachVerdict;
  readonly after: BreachVerdict;
}

export interface Difference {
  readonly rules: readonly RuleDifference[];
  readonly breaches: readonly BreachDifference[];
}

/** What two sets of rules say differently of the same history. */
export function differenceOf(
  breaches: readonly Breach[],
  before: { readonly rules: readonly Rule[]; readonly outcome: SetOutcome },
  after: { readonly rules: readonly Rule[]; readonly outcome: SetOutcome },
): Difference {
  const ids = [...new Set([...after.rules, ...before.rules].map(({ id }) => id))];
  const rules = ids.map((id): RuleDifference => {
    const of = (set: typeof before) => ({
      rule: set.rules.find((rule) => rule.id === id),
      tally: set.outcome.rules.find(({ rule }) => rule === id) ?? null,
      alerts: set.outcome.alerts.filter(({ rule }) => rule === id),
    });
    const [old, now] = [of(before), of(after)];
    const fields = old.rule && now.rule ? changedFields(old.rule, now.rule) : [];
    const change = !old.rule ? 'added' : !now.rule ? 'removed' : fields.length > 0 ? 'changed' : 'same';
    return { rule: id, change, fields, before: old.tally, after: now.tally, ...pair(old.alerts, now.alerts) };
  });
  const seen = breaches.flatMap((breach, index): BreachDifference[] => {
    const [was, is] = [before, after].map(({ outcome }) => outcome.breaches[index].verdict);
    return was === is ? [] : [{ breach, before: was, after: is }];
  });
  return { rules, breaches: seen };
}

/** Alerts on one node are the same when their times of firing overlap. */
function pair(
  before: readonly JudgedEpisode[],
  after: readonly JudgedEpisode[],
): Pick<RuleDifference, 'onlyBefore' | 'onlyAfter' | 'moved' | 'unmoved'> {
  const left = new Map<string, JudgedEpisode[]>();
  for (const alert of before) {
    const key = nodeKey(alert);
    left.set(key, [...(left.get(key) ?? []), alert]);
  }
  const onlyAfter: JudgedEpisode[] = [];
  const moved: Moved[] = [];
  let unmoved = 0;
  for (const alert of after) {
    const candidates = left.get(nodeKey(alert)) ?? [];
    const at = candidates.findIndex((other) => overlaps(other, alert));
    if (at < 0) {
      onlyAfter.push(alert);
      continue;
    }
    const [other] = candidates.splice(at, 1);
    const byMs = alert.firedAt - other.firedAt;
    if (byMs === 0) unmoved++;
    else moved.push({ before: other, after: alert, byMs });
  }
  return { onlyBefore: [...left.values()].flat(), onlyAfter, moved, unmoved };
}

function overlaps(a: JudgedEpisode, b: JudgedEpisode): boolean {
  const end = ({ resolvedAt }: JudgedEpisode): number => resolvedAt ?? Number.POSITIVE_INFINITY;
  return a.firedAt <= end(b) && b.firedAt <= end(a);
}

function nodeKey({ world, node }: JudgedEpisode): string {
  return JSON.stringify([world, node]);
}

/** Whether two rules say the same, wherever they are written. */
export function isSameRule(a: Rule, b: Rule): boolean {
  return a.kind === b.kind && changedFields(a, b).length === 0;
}

/** Where a rule is written is no part of it. */
const PLACE = new Set(['file', 'line', 'group', 'id']);

function changedFields(before: Rule, after: Rule): string[] {
  const [old, now] = [flat(before), flat(after)];
  const names = [...new Set([...old.keys(), ...now.keys()])];
  return names.filter((name) => old.get(name) !== now.get(name));
}

function flat(rule: Rule): Map<string, string> {
  const fields = new Map<string, string>();
  for (const [name, value] of Object.entries(rule)) {
    if (PLACE.has(name)) continue;
    if (name !== 'condition') fields.set(wordOf(name), JSON.stringify(value) ?? '');
    else
      for (const [part, each] of Object.entries(value as object)) {
        fields.set(`${rule.kind}.${wordOf(part)}`, JSON.stringify(each) ?? '');
      }
  }
  return fields;
}

/** Fields as they are written in rule files: `forMs` is `for`. */
function wordOf(field: string): string {
  return field.replace(/Ms$/, '');
}
