import { Alerts, type AlertsOptions } from '../alert/index.js';
import type { NodeView, Rule } from '../evaluate/index.js';

/** Rules that are tried together, such as one rule with many thresholds. */
export interface Trial {
  /** True whenever any of the others is: while it is not, and no alert is open, the others need not be asked. */
  readonly eager: Rule;
  readonly others: readonly Rule[];
}

/**
 * The alerts of a replay, and those of rules that are tried beside its own. These see a node whenever it is looked at
 * for the replay's own rules, and never cause a look themselves, so that whatever is tried, the others say the same.
 * The end of a `for` between two looks is therefore seen with the second one.
 */
export class AlertsBeside extends Alerts {
  readonly #beside: Alerts;
  readonly #trials: ReadonlyMap<Rule, Trial>;

  constructor(options: AlertsOptions, trials: readonly Trial[], besideOptions: AlertsOptions) {
    super(options);
    this.#beside = new Alerts(besideOptions);
    this.#trials = new Map(trials.map((trial) => [trial.eager, trial]));
  }

  override consider(rule: Rule, view: NodeView): void {
    const trial = this.#trials.get(rule);
    if (trial) this.#try(trial, view);
    else super.consider(rule, view);
  }

  override retireUnwatched(node: string, watching: readonly Rule[], at: number): void {
    super.retireUnwatched(node, watching, at);
    const tried = watching.flatMap((rule) => [rule, ...(this.#trials.get(rule)?.others ?? [])]);
    this.#beside.retireUnwatched(node, tried, at);
  }

  override async commit(): Promise<void> {
    await super.commit();
    await this.#beside.commit();
  }

  #try({ eager, others }: Trial, view: NodeView): void {
    this.#beside.consider(eager, view);
    if (this.#beside.of(view.name).length === 0) return;
    for (const other of others) this.#beside.consider(other, view);
  }
}
