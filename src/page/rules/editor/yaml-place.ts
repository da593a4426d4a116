/** Where in a YAML document a cursor is, as far as completing needs it. */
export interface YamlPlace {
  /** Of the map, for a key; of the value, for a value. 0 stands for any item of a list. */
  readonly path: readonly (string | number)[];
  readonly kind: 'key' | 'value';
  /** What is written of it already. */
  readonly word: string;
  /** Keys that the map has already. */
  readonly siblings: readonly string[];
}

interface Line {
  /** Blanks in front of all. */
  readonly indent: number;
  /** Whether an item of a list begins on it. */
  readonly isItem: boolean;
  /** Column of the key, behind the dashes. */
  readonly keyAt: number;
  readonly key: string | undefined;
  readonly rest: string;
}

/**
 * The place at the end of `before`, the line's text up to the cursor. It reads indentation and one-line maps such as
 * `{ of: rss, within: 2h }`; a document that is being written need not be valid for that.
 */
export function yamlPlace(lines: readonly string[], at: number, before: string): YamlPlace | undefined {
  if (/^\s*#|\s#/.test(before)) return undefined;
  const line = read(before);
  const flow = readFlow(line.rest);
  const siblings = flow.isInside ? flow.keys : keysBeside(lines, at, line.keyAt);
  const path = [...pathOf(lines, at, line), ...flow.path];
  return { path, kind: flow.kind, word: flow.word, siblings };
}

function read(text: string): Line {
  const [, blanks, dashes, rest] = /^(\s*)((?:-\s+)*)(.*)$/.exec(text) ?? ['', '', '', text];
  const key = /^["']?([\w.$-]+)["']?:(?:\s|$)/.exec(rest)?.[1];
  return { indent: blanks.length, isItem: dashes !== '', keyAt: blanks.length + dashes.length, key, rest };
}

/** The keys and items above, from the outermost. */
function pathOf(lines: readonly string[], at: number, line: Line): (string | number)[] {
  const path: (string | number)[] = [];
  let below = line.isItem ? line.indent + 0.5 : line.keyAt;
  if (line.isItem) path.unshift(0);
  for (let index = at - 1; index >= 0 && below > 0; index--) {
    const text = lines[index];
    if (/^\s*(#|$)/.test(text)) continue;
    const above = read(text);
    // An item's first key stands beside its dash; those below it belong to the same item.
    const isOwnItem = above.isItem && above.keyAt === below;
    if (above.keyAt >= below && !isOwnItem) continue;
    if (!isOwnItem && above.key !== undefined) path.unshift(above.key);
    if (above.isItem) path.unshift(0);
    below = above.isItem ? above.indent + 0.5 : above.keyAt;
  }
  return path;
}

function keysBeside(lines: readonly string[], at: number, keyAt: number): string[] {
  const keys: string[] = [];
  const look = (index: number, isUp: boolean): boolean => {
    const text = lines[index];
    if (/^\s*(#|$)/.test(text)) return true;
    const line = read(text);
    if (line.keyAt < keyAt || (line.isItem && line.keyAt === keyAt && !isUp)) return false;
    if (line.keyAt === keyAt && line.key !== undefined) keys.push(line.key);
    return !(line.isItem && line.keyAt === keyAt);
  };
  if (!read(lines[at]).isItem) for (let index = at - 1; index >= 0 && look(index, true); index--);
  for (let index = at + 1; index < lines.length && look(index, false); index++);
  return keys;
}

interface Open {
  readonly isMap: boolean;
  key: string | undefined;
  readonly keys: string[];
}

/** The part of a line behind its dashes: `forecast: { of: rss, wi` is a key `wi` below `forecast`. */
function readFlow(rest: string) {
  const open: Open[] = [{ isMap: true, key: undefined, keys: [] }];
  let word = '';
  let quote = '';
  for (const [index, char] of [...rest].entries()) {
    const top = open[open.length - 1];
    if (quote !== '') {
      if (char === quote) quote = '';
      word += char;
    } else if ((char === '"' || char === "'") && word.trim() === '') {
      quote = char;
      word += char;
    } else if ((char === '{' || char === '[') && word.trim() === '') {
      open.push({ isMap: char === '{', key: undefined, keys: [] });
      word = '';
    } else if ((char === '}' || char === ']') && open.length > 1) {
      open.pop();
      word = '';
    } else if (char === ',' && open.length > 1) {
      top.key = undefined;
      word = '';
    } else if (char === ':' && top.isMap && top.key === undefined && /\s|^$/.test(rest[index + 1] ?? '')) {
      top.key = word.trim();
      top.keys.push(top.key);
      word = '';
    } else word += char;
  }
  const top = open[open.length - 1];
  const path = open.flatMap(({ isMap, key }): (string | number)[] =>
    isMap ? (key === undefined ? [] : [key]) : [0],
  );
  const kind = top.isMap && top.key === undefined ? ('key' as const) : ('value' as const);
  return { path, kind, word: word.trimStart(), isInside: open.length > 1, keys: top.keys };
}
