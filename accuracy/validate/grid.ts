import { parse, stringify } from 'yaml';
import {
  compileRules,
  findingsProblem,
  isError,
  type Rule,
  type RuleText,
  readRuleTexts,
} from '../../src/evaluate/index.js';
import type { Trial } from '../../src/replay/index.js';

/** One choice of the thresholds that were chosen by looking at recordings. */
export interface Cell {
  readonly probability: number;
  /** Of the shorter time (`soon`); never above `probability`, where it would say nothing more. */
  readonly soon: number;
  readonly forMinutes: number;
}

/**
 * The thresholds among which a cross-validation chooses: what one would seriously ship. Below 35 % most alerts would be
 * false by their own words, above 70 % there is seldom half an hour left; steps are as fine as the recordings can tell
 * cells apart. `within` is no part of it: it is what the rules promise, not how they are tuned.
 */
export const AXES = {
  probability: [0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.7],
  soon: [0.2, 0.25, 0.3, 0.35, 0.4, 0.5],
  forMinutes: [1, 1.5, 3],
} as const;

/**
 * In the order in which equal cells are preferred: the one that asks for more certainty is first, and the last is true
 * whenever any other is.
 */
export const CELLS: readonly Cell[] = [...AXES.forMinutes]
  .reverse()
  .flatMap((forMinutes) =>
    [...AXES.probability]
      .reverse()
      .flatMap((probability) =>
        [...AXES.soon]
          .reverse()
          .flatMap((soon) => (soon > probability ? [] : [{ probability, soon, forMinutes }])),
      ),
  );

/** `50 %, soon 35 %, for 2 min` */
export function cellName({ probability, soon, forMinutes }: Cell): string {
  return `${percent(probability)}, soon ${percent(soon)}, for ${forMinutes} min`;
}

export function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

export interface Grid {
  /** Each forecast rule with the thresholds of every cell, each with a name of its own. */
  readonly trials: readonly Trial[];
  /** The place in CELLS of each rule, by its name. */
  readonly cellOf: ReadonlyMap<string, number>;
}

interface Written {
  readonly alert: string;
  readonly forecast?: { readonly soon?: object };
}

/**
 * The forecast rules of these files with the thresholds of every cell; all else stays as it is written. They are written
 * as rule files and read as such, so that a cell is what one would get by editing the file.
 * @throws Problem bad-rules
 */
export function gridOf(paths: string): Grid {
  const { texts, findings } = readRuleTexts([paths]);
  const cellOf = new Map<string, number>();
  const written = texts.flatMap((text) =>
    CELLS.flatMap((cell, index) => cellText(text, cell, index, cellOf)),
  );
  if (cellOf.size === 0) return { trials: [], cellOf };
  const loaded = compileRules(written, findings);
  if (loaded.findings.some(isError)) throw findingsProblem('bad-rules', loaded.findings);
  return { trials: trialsOf(loaded.rules, cellOf), cellOf };
}

/** Rules of one origin share all but the thresholds. */
function trialsOf(rules: readonly Rule[], cellOf: ReadonlyMap<string, number>): Trial[] {
  const eager = rules.filter(({ id }) => cellOf.get(id) === CELLS.length - 1);
  const originOf = ({ id }: Rule): string => id.slice(0, id.lastIndexOf('Cell'));
  return eager.map((rule) => ({
    eager: rule,
    others: rules.filter((other) => other !== rule && originOf(other) === originOf(rule)),
  }));
}

function cellText(
  { file, text }: RuleText,
  cell: Cell,
  index: number,
  cellOf: Map<string, number>,
): RuleText[] {
  const { groups } = parse(text) as { groups: readonly { name: string; rules: readonly Written[] }[] };
  const ofCell = groups.map((group) => ({
    ...group,
    name: `${group.name}-${index}`,
    rules: group.rules.flatMap((rule) => {
      if (!rule.forecast) return [];
      const alert = `${rule.alert}Cell${index}`;
      cellOf.set(alert, index);
      const { soon } = rule.forecast;
      const forecast = {
        ...rule.forecast,
        probability: cell.probability,
        ...(soon ? { soon: { ...soon, probability: cell.soon } } : {}),
      };
      return [{ ...rule, alert, forecast, for: `${cell.forMinutes * 60}s` }];
    }),
  }));
  const groupsLeft = ofCell.filter(({ rules }) => rules.length > 0);
  return groupsLeft.length === 0 ? [] : [{ file, text: stringify({ groups: groupsLeft }) }];
}

/** The cell in which these rules stand; undefined where they differ, or stand in none. */
export function cellOfRules(rules: readonly Rule[]): number | undefined {
  const found = rules.flatMap((rule) => {
    if (rule.kind !== 'forecast') return [];
    const { probability, soon } = rule.condition;
    return [
      CELLS.findIndex(
        (cell) =>
          cell.probability === probability &&
          cell.soon === soon?.probability &&
          cell.forMinutes * 60_000 === rule.forMs,
      ),
    ];
  });
  const isOne = found.length > 0 && found.every((index) => index === found[0] && index >= 0);
  return isOne ? found[0] : undefined;
}
