import { useEffect, useReducer } from 'preact/hooks';

/** A value that tells when it becomes another. */
export class Cell<Value> {
  #value: Value;
  readonly #listeners = new Set<(value: Value) => void>();

  constructor(value: Value) {
    this.#value = value;
  }

  get value(): Value {
    return this.#value;
  }

  set(value: Value): void {
    if (Object.is(value, this.#value)) return;
    this.#value = value;
    for (const listener of [...this.#listeners]) listener(value);
  }

  /** Returns what ends it. */
  listen(listener: (value: Value) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}

/** The value of a cell; the component is drawn again when it changes. */
export function useCell<Value>(cell: Cell<Value>): Value {
  const [, redraw] = useReducer((count: number) => count + 1, 0);
  useEffect(() => {
    const seen = cell.value;
    const end = cell.listen(() => redraw(undefined));
    if (!Object.is(seen, cell.value)) redraw(undefined);
    return end;
  }, [cell]);
  return cell.value;
}
