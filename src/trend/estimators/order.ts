/**
 * The k-th smallest of `values[0..length)`, which is reordered. Hoare's quickselect (CACM 1961) with a
 * median-of-three pivot. O(n) on average.
 */
export function selectKth(values: Float64Array, length: number, k: number): number {
  return selectWithin(values, 0, length - 1, k);
}

/** The same where what lies before `from` is known to be no larger, and what lies after `upTo` no smaller, than what is between. */
export function selectWithin(values: Float64Array, from: number, upTo: number, k: number): number {
  let left = from;
  let right = upTo;
  while (right > left) {
    const middle = (left + right) >> 1;
    const a = values[left];
    const b = values[middle];
    const c = values[right];
    const pivot = Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
    let i = left;
    let j = right;
    while (i <= j) {
      while (values[i] < pivot) i++;
      while (values[j] > pivot) j--;
      if (i <= j) {
        const swap = values[i];
        values[i++] = values[j];
        values[j--] = swap;
      }
    }
    if (k <= j) right = j;
    else if (k >= i) left = i;
    else break;
  }
  return values[k];
}

/** Median of `values[0..length)`, which is reordered; the mean of the middle two for an even length. */
export function medianInPlace(values: Float64Array, length: number): number {
  const upper = selectKth(values, length, length >> 1);
  if (length % 2 === 1) return upper;
  let lower = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < length >> 1; i++) if (values[i] > lower) lower = values[i];
  return (lower + upper) / 2;
}

/** The lowest and the highest of `values[from..to)`. */
export function extremes(values: Float64Array, from: number, to: number): { low: number; high: number } {
  let low = values[from];
  let high = values[from];
  for (let i = from + 1; i < to; i++) {
    if (values[i] < low) low = values[i];
    if (values[i] > high) high = values[i];
  }
  return { low, high };
}
