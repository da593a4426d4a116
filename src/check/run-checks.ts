import type { ReadConfig } from '../config/index.js';
import { type Finding, type Rule, type RuleText, YamlSource } from '../evaluate/index.js';
import type { Check, CheckContext, CheckedConfig, CheckedRule, CheckNeed, Report } from './check.js';
import { CHECKS } from './checks/index.js';
import type { History } from './history.js';
import { applyMutes, type Mutable } from './mutes.js';

/** What is checked together: rules that are armed together, and the configuration beside them. */
export interface CheckedSet {
  /** Rules without a fault, and the texts that they come from. */
  readonly rules: readonly Rule[];
  readonly texts: readonly RuleText[];
  readonly config: ReadConfig | undefined;
}

export interface ChecksDone {
  readonly findings: readonly Finding[];
  /** How many findings were muted. */
  readonly muted: number;
  /** Codes of the checks that ran, and of those that could not, by what they lack. */
  readonly ran: readonly string[];
  readonly skipped: Readonly<Record<CheckNeed, readonly string[]>>;
}

/** Runs every check that can run over sets without errors of syntax. */
export function runChecks(
  sets: readonly CheckedSet[],
  history: History | undefined,
  checks: readonly Check[] = CHECKS,
): ChecksDone {
  const contexts = sets.map((set) => contextOf(set, history));
  const hasConfig = contexts.some(({ config }) => config !== undefined);
  const lacking = ({ needs }: Check): CheckNeed | undefined =>
    needs.find((need) => (need === 'history' ? history === undefined : !hasConfig));
  const running = checks.filter((check) => lacking(check) === undefined);
  const found = contexts.flatMap((context) => running.flatMap((check) => findingsOf(check, context)));
  const mutable: Mutable = { codes: codesOf(checks), ran: codesOf(running) };
  const { findings, muted } = mute(contexts.flatMap(sourcesOf), once(found), mutable);
  const skipped = (need: CheckNeed) =>
    checks.filter((each) => lacking(each) === need).map(({ code }) => code);
  return {
    findings,
    muted,
    ran: running.map(({ code }) => code),
    skipped: { history: skipped('history'), config: skipped('config') },
  };
}

function codesOf(checks: readonly Check[]): ReadonlySet<string> {
  return new Set(checks.map(({ code }) => code));
}

function findingsOf(check: Check, context: CheckContext): Finding[] {
  const findings: Finding[] = [];
  const { code, severity } = check;
  const report: Report = ({ source, path, at = 'value', inside }, message, cure) => {
    const options = { at, severity, code, ...(inside === undefined ? {} : { inside }) };
    findings.push(source.finding(path, message, cure, options));
  };
  check.run(context, report);
  return findings;
}

function contextOf({ rules, texts, config }: CheckedSet, history: History | undefined): CheckContext {
  const sources = new Map(texts.map(({ file, text }) => [file, new YamlSource(file, text)]));
  const checked: CheckedConfig | undefined = config?.config && {
    config: config.config,
    source: config.source,
  };
  return { rules: rules.map((rule) => checkedRule(rule, sources)), config: checked, history };
}

/** A rule with its place. Names are unique in a set, so the name leads to it. */
function checkedRule(rule: Rule, sources: ReadonlyMap<string, YamlSource>): CheckedRule {
  const source = sources.get(rule.file);
  const { groups } = (source?.value ?? { groups: [] }) as WrittenFile;
  for (const [at, group] of groups.entries()) {
    const index = group.rules.findIndex(({ alert }) => alert === rule.id);
    if (source && index >= 0)
      return { rule, source, path: ['groups', at, 'rules', index], written: group.rules[index], group };
  }
  throw new Error(`the rule ${rule.id} is not in ${rule.file}`);
}

interface WrittenFile {
  readonly groups: readonly (Readonly<Record<string, unknown>> & {
    readonly rules: readonly Readonly<Record<string, unknown>>[];
  })[];
}

function sourcesOf({ rules, config }: CheckContext): YamlSource[] {
  return [...rules.map(({ source }) => source), ...(config ? [config.source] : [])];
}

/** A configuration that stands beside several sets is told of once. */
function once(findings: readonly Finding[]): Finding[] {
  const known = new Map(
    findings.map((each) => [`${each.code} ${each.file}:${each.line}:${each.column}`, each]),
  );
  return [...known.values()];
}

function mute(sources: readonly YamlSource[], findings: readonly Finding[], mutable: Mutable) {
  const kept: Finding[] = [];
  let muted = 0;
  for (const source of new Map(sources.map((each) => [each.file, each])).values()) {
    const own = findings.filter(({ file }) => file === source.file);
    const { kept: rest, count, faults } = applyMutes(source, own, mutable);
    kept.push(...rest, ...faults);
    muted += count;
  }
  return { findings: kept, muted };
}
