import type { Labels } from '../telemetry/index.js';

/** A field of a summary, such as `{{ labels.team }}`, and where in the text it stands. */
export interface SummaryField {
  /** Without brackets and blanks: `labels.team`. */
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

/** What a summary can be filled with. */
export interface SummaryFacts {
  readonly node: string;
  readonly rule: string;
  readonly kind: string;
  readonly severity: string;
  /** Those of the node and of the rule. */
  readonly labels: Labels;
}

/** Fields beside `labels.NAME`; `pool` and `version` are short for the labels of that name. */
export const SUMMARY_FIELDS = ['node', 'pool', 'version', 'rule', 'kind', 'severity'] as const;

const FIELD = /\{\{(.*?)\}\}/gs;
const LABEL = 'labels.';

/** The fields of a summary, known or not, in their order. */
export function summaryFields(text: string): SummaryField[] {
  return [...text.matchAll(FIELD)].map((match) => ({
    name: match[1].trim(),
    start: match.index,
    end: match.index + match[0].length,
  }));
}

/** The label that a field stands for; undefined where it stands for none. */
export function labelOfField(name: string): string | undefined {
  if (name === 'pool' || name === 'version') return name;
  return name.startsWith(LABEL) && name.length > LABEL.length ? name.slice(LABEL.length) : undefined;
}

export function isSummaryField(name: string): boolean {
  return labelOfField(name) !== undefined || (SUMMARY_FIELDS as readonly string[]).includes(name);
}

/**
 * The summary with its fields filled in. A label that is not there reads `(no LABEL)`, and a field that is not known
 * stays as it is written: a message with a flaw is better than none.
 */
export function fillSummary(text: string, facts: SummaryFacts): string {
  return text.replace(FIELD, (written, inside: string) => {
    const name = inside.trim();
    const label = labelOfField(name);
    if (label !== undefined)
      return Object.hasOwn(facts.labels, label) ? facts.labels[label] : `(no ${label})`;
    return isSummaryField(name) ? facts[name as 'node' | 'rule' | 'kind' | 'severity'] : written;
  });
}
