import type { Labels } from '../telemetry/index.js';
import { type LabelMatcher, matchesAll, parseMatchers } from './matchers.js';

export interface InhibitRuleText {
  readonly source_matchers: readonly string[];
  readonly target_matchers: readonly string[];
  readonly equal: readonly string[];
}

interface InhibitRule {
  readonly source: readonly LabelMatcher[];
  readonly target: readonly LabelMatcher[];
  readonly equal: readonly string[];
}

/** Says of labels whether a firing alert holds them back. */
export type Inhibits = (labels: Labels) => boolean;

/**
 * Alertmanager's inhibition: a target is muted while a source fires and the `equal` labels are alike (one that both lack is
 * alike); an alert that is both source and target is not inhibited by its like.
 */
export class Inhibition {
  readonly #rules: readonly InhibitRule[];

  constructor(texts: readonly InhibitRuleText[]) {
    this.#rules = texts.map(({ source_matchers, target_matchers, equal }) => ({
      source: parseMatchers(source_matchers),
      target: parseMatchers(target_matchers),
      equal,
    }));
  }

  /** Reads what fires once; the answer is good for as long as that stays so. */
  by(firing: Iterable<Labels>): Inhibits {
    const sources = this.#rules.map(() => ({ all: new Set<string>(), pure: new Set<string>() }));
    for (const labels of firing) {
      for (const [at, { source, target, equal }] of this.#rules.entries()) {
        if (!matchesAll(source, labels)) continue;
        const likeness = likenessOf(equal, labels);
        sources[at].all.add(likeness);
        if (!matchesAll(target, labels)) sources[at].pure.add(likeness);
      }
    }
    return (labels) =>
      this.#rules.some(({ source, target, equal }, at) => {
        const { all, pure } = sources[at];
        if (all.size === 0 || !matchesAll(target, labels)) return false;
        // What is a source itself is held back only by sources that are no targets.
        const by = matchesAll(source, labels) ? pure : all;
        return by.has(likenessOf(equal, labels));
      });
  }
}

function likenessOf(equal: readonly string[], labels: Labels): string {
  return JSON.stringify(equal.map((name) => (Object.hasOwn(labels, name) ? labels[name] : '')));
}
