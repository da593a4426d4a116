import { Problem } from '../problem.js';
import type { Labels, NodeRecord, Registry, Rows } from '../telemetry/index.js';
import type { ReceiveLimits } from './options.js';
import { Refusals } from './refusals.js';

/** What a protocol reads one body into. The contract between the protocols and the door. */
export class Batch {
  /** Lines or samples that were kept. */
  accepted = 0;
  /** Lines that carry no signal that we know. */
  ignored = 0;
  /** Values that were kept. */
  samples = 0;
  readonly refusals: Refusals;

  constructor(
    readonly rows: Rows,
    /** Unix ms: the time of what comes without one. */
    readonly now: number,
    /** Unix ms, inclusive: older is refused, it would be dropped by retention at once. */
    readonly oldest: number,
    /** Unix ms, inclusive: later is refused. */
    readonly latest: number,
    describedRefusals = 20,
  ) {
    this.refusals = new Refusals(describedRefusals);
  }

  isInRange(time: number): boolean {
    return time >= this.oldest && time <= this.latest;
  }

  /** Why a time is refused, with what it would be in other units when that explains it. */
  describeTime(time: number): string {
    const found =
      Number.isFinite(time) && Math.abs(time) <= 8.64e15 ? new Date(time).toISOString() : `${time} ms`;
    const from = new Date(this.oldest).toISOString();
    const to = new Date(this.latest).toISOString();
    return `found the time ${found}, expected one from ${from} (retention) to ${to}`;
  }
}

/** Lets nodes in: checks names and labels against the limits and gives each node its record. */
export class Doorkeeper {
  readonly #registry: Registry;
  readonly #limits: ReceiveLimits;

  constructor(registry: Registry, limits: ReceiveLimits) {
    this.#registry = registry;
    this.#limits = limits;
  }

  get registry(): Registry {
    return this.#registry;
  }

  /**
   * The node of that name with `labels` merged into its own.
   * @throws Problem bad-sample, too-many-nodes, too-many-labels, label-too-long
   */
  admit(name: string, labels: Labels): NodeRecord {
    this.#checkName(name);
    for (const key in labels) this.#checkLabel(key, labels[key]);
    const { labelSets } = this.#registry;
    if (labelSets.length >= this.#limits.labelSets && this.#isNewSet(name, labels)) {
      throw new Problem(
        'too-many-labels',
        `${labelSets.length} different sets of labels are known, the most that are allowed`,
        {
          cure: 'Take labels whose values keep changing (a pid, an address, an id) off the agent, or raise limits.labelSets.',
        },
      );
    }
    return this.#registry.intern(name, labels);
  }

  #isNewSet(name: string, labels: Labels): boolean {
    const node = this.#registry.find(name);
    const current = node ? this.#registry.labelsOf(node) : {};
    return Object.keys(labels).some((key) => current[key] !== labels[key]);
  }

  #checkName(name: string): void {
    const { nodeNameLength } = this.#limits;
    if (name.length > nodeNameLength) {
      throw new Problem(
        'bad-sample',
        `found a node name of ${name.length} characters, expected at most ${nodeNameLength}`,
      );
    }
    if (name.trim() === '' || hasControlCharacter(name)) {
      throw new Problem(
        'bad-sample',
        `found the node name ${JSON.stringify(name)}, expected visible characters`,
      );
    }
  }

  #checkLabel(key: string, value: string): void {
    const { labelLength } = this.#limits;
    const length = Math.max(key.length, value.length);
    if (length > labelLength) {
      throw new Problem(
        'label-too-long',
        `found ${length} characters in the label ${JSON.stringify(key.slice(0, 40))}, expected at most ${labelLength}`,
      );
    }
  }
}

function hasControlCharacter(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < 32 || code === 127) return true;
  }
  return false;
}
