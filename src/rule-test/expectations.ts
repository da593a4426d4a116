import { type Finding, nearest, type Path, type Rule, type YamlSource } from '../evaluate/index.js';
import type { Details } from './schema/details.js';
import type { WrittenExpectation } from './schema/expectation.js';

export type ExpectedState = 'pending' | 'firing' | 'resolved' | 'inactive';

/** Where something is written, to be told when it does not hold. */
export type Place = (key?: string) => Finding;

/** One alert as it is expected. */
export interface ExpectedAlert {
  readonly rule: Rule;
  readonly node: string;
  readonly details: Details;
  readonly place: Place;
}

/** What is expected; times are ms of the test. */
export type Expectation =
  | (ExpectedAlert & { readonly kind: 'state'; readonly at: number; readonly state: ExpectedState })
  | (ExpectedAlert & { readonly kind: 'begins'; readonly from: number; readonly to: number })
  | {
      readonly kind: 'exactly';
      readonly at: number;
      readonly alerts: readonly (ExpectedAlert & { readonly state: 'pending' | 'firing' })[];
      readonly place: Place;
    }
  | {
      readonly kind: 'never';
      readonly rules: readonly Rule[];
      /** Whether rules are named, and not just all of them. */
      readonly isNamed: boolean;
      readonly nodes: readonly string[];
      readonly from: number;
      readonly to: number;
      readonly place: Place;
    };

interface Known {
  readonly source: YamlSource;
  readonly rules: readonly Rule[];
  readonly nodes: readonly string[];
}

/** Reads an entry against what there is: rules by their names and nodes by theirs. Faults become findings. */
export function resolveExpectation(
  written: WrittenExpectation,
  path: Path,
  known: Known,
  findings: Finding[],
): Expectation | undefined {
  const place = placeOf(known.source, path);
  if (written.never !== undefined) return resolveNever(written, written.never, path, known, findings);
  if (written.alerts !== undefined) {
    const alerts = written.alerts.flatMap((each, i) => {
      const alert = resolveAlert(each, [...path, 'alerts', i], known, findings);
      return alert ? [{ ...alert, state: each.state }] : [];
    });
    for (const [i, alert] of alerts.entries()) {
      const isTwice = alerts.slice(0, i).some(({ rule, node }) => rule === alert.rule && node === alert.node);
      if (isTwice)
        findings.push(
          fault(alert.place(), `${alert.rule.id} on ${alert.node} is listed twice`, 'keep one of them'),
        );
    }
    return { kind: 'exactly', at: written.at ?? 0, alerts, place };
  }
  const { alert: name = '', between, at = 0, state = 'firing' } = written;
  const alert = resolveAlert({ ...written, alert: name }, path, known, findings);
  if (!alert) return undefined;
  if (between) return { ...alert, kind: 'begins', from: between[0], to: between[1] };
  return { ...alert, kind: 'state', at, state };
}

function resolveNever(
  { node, between = [0, Number.POSITIVE_INFINITY] }: WrittenExpectation,
  never: readonly string[],
  path: Path,
  known: Known,
  findings: Finding[],
): Expectation {
  const isAll = never.includes('*');
  const rules = isAll
    ? known.rules
    : never.flatMap((name, i) => {
        const at = known.source.has([...path, 'never', i]) ? [...path, 'never', i] : [...path, 'never'];
        return ruleOf(name, at, known, findings) ?? [];
      });
  const found = node === undefined ? undefined : nodeOf(node, [...path, 'node'], known, findings);
  const nodes = found === undefined ? known.nodes : [found];
  const place = placeOf(known.source, path);
  return { kind: 'never', rules, isNamed: !isAll, nodes, from: between[0], to: between[1], place };
}

function resolveAlert(
  written: Details & { readonly alert: string; readonly node?: string | undefined },
  path: Path,
  known: Known,
  findings: Finding[],
): ExpectedAlert | undefined {
  const rule = ruleOf(written.alert, [...path, 'alert'], known, findings);
  const node = nodeOf(written.node, written.node === undefined ? path : [...path, 'node'], known, findings);
  if (!rule || node === undefined) return undefined;
  const { cause, probability, breach_p50, severity, message } = written;
  const isForecast = rule.kind === 'forecast';
  for (const key of ['cause', 'probability', 'breach_p50'] as const) {
    if (isForecast || written[key] === undefined) continue;
    const text = `does not go with ${rule.id}, which is a rule of the kind ${rule.kind}`;
    findings.push(
      known.source.finding([...path, key], text, 'only a forecast has it; take it away', { at: 'key' }),
    );
  }
  const details = { cause, probability, breach_p50, severity, message };
  return { rule, node, details, place: placeOf(known.source, path) };
}

function ruleOf(name: string, path: Path, { source, rules }: Known, findings: Finding[]): Rule | undefined {
  const rule = rules.find(({ id }) => id === name);
  if (rule) return rule;
  // Rules with an error are told of already; all names would seem unknown.
  if (rules.length === 0) return undefined;
  const names = rules.map(({ id }) => id);
  const meant = nearest(name, names);
  const cure = meant ? `did you mean \`${meant}\`?` : `there are ${names.join(', ')}`;
  findings.push(source.finding(path, `must be the name of an alert in the rules, found "${name}"`, cure));
  return undefined;
}

function nodeOf(
  name: string | undefined,
  path: Path,
  { source, nodes }: Known,
  findings: Finding[],
): string | undefined {
  if (name === undefined) {
    if (nodes.length === 1) return nodes[0];
    findings.push(
      source.finding(path, `must name the node, the test has ${nodes.length}`, `add node: ${nodes[0]}`),
    );
    return undefined;
  }
  if (nodes.includes(name)) return name;
  const meant = nearest(name, nodes);
  const cure = meant ? `did you mean \`${meant}\`?` : `there are ${nodes.join(', ')}`;
  findings.push(source.finding(path, `must be a node of the test, found "${name}"`, cure));
  return undefined;
}

function placeOf(source: YamlSource, path: Path): Place {
  return (key) => {
    const full = key === undefined ? path : [...path, ...key.split('.')];
    return source.finding(full, '', '', { at: key === undefined ? 'value' : 'key' });
  };
}

function fault(at: Finding, message: string, cure: string): Finding {
  return { ...at, message, cure };
}
