/** JSON text in which half a character, which a label can hold, is U+FFFD: other languages refuse or mangle it. */
export function jsonOf(value: unknown): string {
  // JSON.stringify writes surrogates as escapes only where they stand alone.
  return JSON.stringify(value).replace(/(?<!\\)((?:\\\\)*)\\ud[89a-f][0-9a-f]{2}/gi, '$1\ufffd');
}

/** `text` with at most `length` UTF-16 units, ending in … where it was cut; never half of a character. */
export function cut(text: string, length: number): string {
  if (text.length <= length) return text;
  const start = text.slice(0, length - 1);
  const isHalf = /[\ud800-\udbff]$/.test(start);
  return `${isHalf ? start.slice(0, -1) : start}…`;
}

/**
 * What `write` makes of as many of `count` items as fit into `mostBytes` of UTF-8, the first ones; of one item whatever its
 * size. `write` has to get longer with each item.
 */
export function fitting(count: number, write: (items: number) => string, mostBytes: number): string {
  const whole = write(count);
  if (count <= 1 || Buffer.byteLength(whole) <= mostBytes) return whole;
  let fits = 1;
  let tooMany = count;
  let text = write(1);
  while (tooMany - fits > 1) {
    const middle = (fits + tooMany) >> 1;
    const tried = write(middle);
    if (Buffer.byteLength(tried) <= mostBytes) {
      fits = middle;
      text = tried;
    } else tooMany = middle;
  }
  return text;
}
