import type { AlertStep } from '../../alert/index.js';
import type { Rule, Verdict } from '../../evaluate/index.js';
import type { Message, Words } from '../../notify/index.js';
import type { ExpectedState } from '../expectations.js';

/** What a rule said of a node at a time of the test. */
export interface Said {
  readonly at: number;
  readonly truth: Verdict['truth'];
  readonly reason: string;
  readonly outlook: Verdict['outlook'];
}

/** A message that would have gone out; `at` is ms of the test. */
export interface Sent {
  readonly at: number;
  readonly message: Message;
  readonly words: Words;
}

/** A moment at which a rule is asked about a node beside the rounds. */
export interface Probe {
  readonly rule: Rule;
  readonly node: string;
  readonly at: number;
}

/** What became of the alerts of one case. Times are ms of the test. */
export class Observed {
  /** Changes of alerts, in the order in which they came. */
  readonly steps: AlertStep[] = [];
  readonly sent: Sent[] = [];
  /** Rules that had something to say of a node of the case, and said that all is well. */
  readonly content = new Set<string>();
  readonly #said = new Map<string, Said>();
  readonly #rules: readonly Rule[];

  constructor(rules: readonly Rule[]) {
    this.#rules = rules;
  }

  ruleOf(name: string): Rule | undefined {
    return this.#rules.find(({ id }) => id === name);
  }

  noteSaid(probe: Probe, said: Said): void {
    this.#said.set(keyOf(probe), said);
  }

  /** What a rule said at a time that was asked for before the run. */
  said(probe: Probe): Said | undefined {
    return this.#said.get(keyOf(probe));
  }

  stepsOf(rule: string, node: string): AlertStep[] {
    return this.steps.filter((step) => step.rule === rule && step.node === node);
  }

  /** The state of an alert at a time, after what happened then; and the step that led there. */
  stateAt(
    rule: string,
    node: string,
    at: number,
  ): { readonly state: ExpectedState; readonly step: AlertStep | undefined } {
    let state: ExpectedState = 'inactive';
    let last: AlertStep | undefined;
    let hasFired = false;
    for (const step of this.stepsOf(rule, node)) {
      if (step.at > at) break;
      hasFired ||= step.change === 'firing';
      state = step.change === 'cancelled' ? (hasFired ? 'resolved' : 'inactive') : step.change;
      last = step;
    }
    return { state, step: last };
  }

  firings(rule: string, node: string): AlertStep[] {
    return this.stepsOf(rule, node).filter(({ change }) => change === 'firing');
  }

  /** The last message about an alert up to a time, that it fires or that it has resolved. */
  messageAt(rule: string, node: string, state: 'firing' | 'resolved', at: number): Sent | undefined {
    return this.sent.findLast(
      ({ at: sentAt, message }) =>
        sentAt <= at &&
        message.rule === rule &&
        message.state === state &&
        message.alerts.some((alert) => alert.node === node),
    );
  }
}

function keyOf({ rule, node, at }: Probe): string {
  return `${rule.id} ${at} ${node}`;
}
