import type { Rule } from '../evaluate/index.js';
import type { Expectation } from './expectations.js';
import type { CaseResult } from './run/run-test-case.js';

/** How many cases there are in which a rule must fire, and in which it must not. */
export interface Coverage {
  readonly rules: readonly {
    readonly rule: string;
    readonly file: string;
    readonly line: number;
    readonly firing: number;
    readonly silent: number;
  }[];
}

/**
 * Which rules have a case in which they fire and one in which they are silent. A case counts as silent only if the rule
 * had data to judge by and said no: one that never sees its signal is silent for nothing.
 */
export function coverageOf(rules: readonly Rule[], results: readonly CaseResult[]): Coverage {
  const unique = new Map(rules.map((rule) => [`${rule.file} ${rule.id}`, rule]));
  return {
    rules: [...unique.values()].map(({ id, file, line }) => {
      const own = results.filter((result) =>
        result.case.rules.some((rule) => rule.id === id && rule.file === file),
      );
      const firing = own.filter((result) =>
        result.case.expectations.some((each) => isFiring(each, id)),
      ).length;
      const silent = own.filter(
        (result) =>
          result.observed.content.has(id) && result.case.expectations.some((each) => isSilent(each, id)),
      ).length;
      return { rule: id, file, line, firing, silent };
    }),
  };
}

/** Rules that no expectation names; `never: "*"` names none. */
export function untestedRules(rules: readonly Rule[], results: readonly CaseResult[]): Rule[] {
  const named = new Set(results.flatMap((result) => result.case.expectations.flatMap(namesOf)));
  const unique = new Map(rules.map((rule) => [rule.id, rule]));
  return [...unique.values()].filter(({ id }) => !named.has(id));
}

function namesOf(expectation: Expectation): string[] {
  if (expectation.kind === 'exactly') return expectation.alerts.map(({ rule }) => rule.id);
  if (expectation.kind === 'never') return expectation.isNamed ? expectation.rules.map(({ id }) => id) : [];
  return [expectation.rule.id];
}

function isFiring(expectation: Expectation, name: string): boolean {
  switch (expectation.kind) {
    case 'exactly':
      return expectation.alerts.some(({ rule, state }) => rule.id === name && state === 'firing');
    case 'state':
      return (
        expectation.rule.id === name && (expectation.state === 'firing' || expectation.state === 'resolved')
      );
    case 'begins':
      return expectation.rule.id === name;
    case 'never':
      return false;
  }
}

function isSilent(expectation: Expectation, name: string): boolean {
  switch (expectation.kind) {
    case 'exactly':
      return !expectation.alerts.some(({ rule }) => rule.id === name);
    case 'state':
      return expectation.rule.id === name && expectation.state === 'inactive';
    case 'never':
      return expectation.rules.some(({ id }) => id === name);
    case 'begins':
      return false;
  }
}
