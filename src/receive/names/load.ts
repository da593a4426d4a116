import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { isMap, isNode, isScalar, LineCounter, parseDocument } from 'yaml';
import type { z } from 'zod';
import { packageRoot } from '../../paths.js';
import { Problem } from '../../problem.js';
import { Names } from './names.js';
import { type NamesFile, namesFile } from './schema.js';

/**
 * The user's tables, then the shipped ones (names/*.yaml). The first table that fits a line is used, so a user's
 * table replaces the shipped one for the same measurement.
 * @throws Problem bad-config with file, line and column of the first fault
 */
export function loadNames(userFiles: readonly string[] = []): Names {
  const shipped = join(packageRoot, 'names');
  const shippedFiles = readdirSync(shipped)
    .filter((name) => name.endsWith('.yaml'))
    .sort()
    .map((name) => join(shipped, name));
  const files = [...userFiles.map((file) => resolve(file)), ...shippedFiles].map(readNamesFile);
  return new Names(files, userFiles.length);
}

/** One file of names. @throws Problem bad-config with file, line and column of the first fault */
export function readNamesFile(path: string): NamesFile {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Problem('bad-config', `cannot read the table of names: ${reason}`, {
      place: { file: shorten(path) },
      cure: 'Correct the path under `names` in the configuration.',
      cause: error,
    });
  }
  return parseNames(text, shorten(path));
}

/** One file of tables. @throws Problem bad-config with line and column of the first fault */
export function parseNames(text: string, file: string): NamesFile {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter, prettyErrors: false });
  const placeAt = (offset: number) => {
    const { line, col } = lineCounter.linePos(offset);
    return { file, line, column: col };
  };
  const syntaxError = document.errors[0];
  if (syntaxError) {
    throw new Problem('bad-config', syntaxError.message, { place: placeAt(syntaxError.pos[0]) });
  }
  const parsed = namesFile.safeParse(document.toJS() ?? {});
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.map(deepest);
  // A key that is unknown is the cause; one that is missing is often its consequence.
  const issue = issues.find((fault) => fault.isUnknownKey) ?? issues[0];
  const offset = offsetOf(document, issue);
  throw new Problem('bad-config', issue.message, {
    place: { ...placeAt(offset), path: pathText(issue.path) },
    cure: 'Correct the table; names/telegraf.yaml shows the form.',
  });
}

interface Fault {
  readonly path: readonly PropertyKey[];
  readonly message: string;
  readonly isUnknownKey: boolean;
}

/** An issue of a union says only "invalid input"; the alternative that got furthest says what is wrong. */
function deepest(issue: z.core.$ZodIssue): Fault {
  if (issue.code === 'unrecognized_keys') {
    return { path: [...issue.path, issue.keys[0]], message: issue.message, isUnknownKey: true };
  }
  const own = { path: issue.path, message: issue.message, isUnknownKey: false };
  if (issue.code !== 'invalid_union') return own;
  const faults = issue.errors
    .filter((issues) => issues.length > 0)
    .map((issues) => deepest(issues[0]))
    .sort((a, b) => b.path.length - a.path.length);
  const best = faults[0];
  return best ? { ...best, path: [...issue.path, ...best.path] } : own;
}

/** Offset of the value at the path, of the key where the value is at fault for being there, of what is around it else. */
function offsetOf(document: ReturnType<typeof parseDocument>, { path, isUnknownKey }: Fault): number {
  if (isUnknownKey) {
    const map = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true);
    const pair = isMap(map)
      ? map.items.find(({ key }) => isScalar(key) && key.value === path.at(-1))
      : undefined;
    if (isNode(pair?.key) && pair.key.range) return pair.key.range[0];
  }
  for (let length = path.length; length >= 0; length--) {
    const node = length === 0 ? document.contents : document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return node.range[0];
  }
  return 0;
}

function pathText(path: readonly PropertyKey[]): string {
  return path
    .map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`))
    .join('')
    .replace(/^\./, '');
}

function shorten(path: string): string {
  const short = relative(process.cwd(), path);
  return short.startsWith('..') ? path : short;
}
