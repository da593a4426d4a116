import { CANONICAL, COLUMN, type Signal, type Source } from '../../telemetry/index.js';
import type { NamesFile } from './schema.js';

/** Of a user's file without a place in the order: behind the canonical names alone. */
const USERS = 0.5;
/** Of a shipped file without a place in the order: the last, and none is better than another. */
const UNRANKED = 1000;

/** The kinds of measurement of each signal, in the order of the first file that orders them. */
export class Kinds {
  readonly #order = new Map<string, readonly string[]>();
  readonly #known = new Map<string, Source>();

  constructor(files: readonly NamesFile[]) {
    for (const { sources } of files) {
      for (const [signal, order] of Object.entries(sources)) {
        if (!this.#order.has(signal)) this.#order.set(signal, order);
      }
    }
  }

  /** The kind of that name; `own` is what it is called where the file gives it no name. */
  of(signal: Signal, kind: string | undefined, own: string, isUsers: boolean): Source {
    const name = kind ?? own;
    if (name === 'canonical') return CANONICAL[COLUMN[signal]];
    const key = `${signal} ${name}`;
    let source = this.#known.get(key);
    if (!source) {
      const place = this.#order.get(signal)?.indexOf(name) ?? -1;
      const rank = place >= 0 ? place + 1 : isUsers ? USERS : UNRANKED;
      source = { kind: name, column: COLUMN[signal], rank };
      this.#known.set(key, source);
    }
    return source;
  }

  orderOf(signal: Signal): readonly string[] {
    return this.#order.get(signal) ?? [];
  }
}
