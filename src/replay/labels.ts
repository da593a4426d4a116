import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { type Finding, fileFinding, inReadingOrder, readAs, YamlSource } from '../evaluate/index.js';

const stretch = z
  .tuple([z.number(), z.number()])
  .refine(([from, to]) => from <= to, 'must be [from_s, to_s] with from_s not after to_s');

const common = {
  trace: z
    .string()
    .min(1)
    .transform((name) => name.replace(/\.csv$/, '')),
  node: z.string().min(1),
  scenario: z.string().optional(),
  runtime: z.string().optional(),
  near_limit: z.array(stretch).default([]),
  licence: z.string().optional(),
};

/** Labels may have further fields, such as the source: they are not read. */
const label = z.discriminatedUnion('outcome', [
  z.looseObject({
    ...common,
    outcome: z.literal('breach'),
    breach_s: z.number(),
    onset_s: z.number(),
    breach_signal: z.enum(['rss', 'heap']).optional(),
  }),
  z.looseObject({ ...common, outcome: z.literal('benign') }),
]);

/** What really happened to one node of a trace; times in the trace's seconds. */
export type Label = z.output<typeof label>;

export interface Labels {
  /** Those without a fault. */
  readonly labels: readonly Label[];
  /** Faults, each with its place and a cure; in reading order. */
  readonly findings: readonly Finding[];
  /** How many entries were left out for them. */
  readonly leftOut: number;
  /** Where the label of a node stands, for faults that show later, such as a node that is not in its trace. */
  placeOf(label: Label): Pick<Finding, 'file' | 'line' | 'column'>;
}

/** Reads a labels.json. An entry with a fault is left out and told; the rest goes on. */
export function readLabels(file: string): Labels {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    return unreadable([fileFinding(file, `cannot be read: ${(error as Error).message}`, 'Check its name.')]);
  }
  const syntax = syntaxFault(file, text);
  if (syntax) return unreadable([syntax]);
  // JSON is YAML, and the reader of rule files knows where each value stands.
  const source = new YamlSource(file, text);
  if (source.findings.length > 0) return unreadable(source.findings);
  if (Array.isArray(source.value)) return readEntries(source, source.value);
  const cure = 'Write [{"trace": "t1", "node": "a-1", "outcome": "benign"}]; docs/replay.md has the fields.';
  return unreadable([fileFinding(file, 'must be a list with one object a node', cure)]);
}

function unreadable(findings: readonly Finding[]): Labels {
  const { file } = findings[0];
  return { labels: [], findings, leftOut: 0, placeOf: () => ({ file, line: 1, column: 1 }) };
}

function readEntries(source: YamlSource, entries: readonly unknown[]): Labels {
  const findings = readAs(z.array(label), source, entries).findings.map((finding) => ({
    ...finding,
    cure: finding.cure || 'Correct the label; docs/replay.md has the fields.',
  }));
  const places = new Map<string, Finding>();
  const labels: Label[] = [];
  entries.forEach((entry, index) => {
    const read = label.safeParse(entry);
    if (!read.success) return;
    const fault = faultOf(read.data, places);
    const place = source.finding([index], fault?.message ?? '', fault?.cure ?? '');
    if (fault) findings.push(place);
    else {
      places.set(keyOf(read.data), place);
      labels.push(read.data);
    }
  });
  return {
    labels,
    findings: inReadingOrder(findings),
    leftOut: entries.length - labels.length,
    placeOf(each) {
      const { line = 1, column = 1 } = places.get(keyOf(each)) ?? {};
      return { file: source.file, line, column };
    },
  };
}

function faultOf(
  each: Label,
  known: ReadonlyMap<string, Finding>,
): { readonly message: string; readonly cure: string } | undefined {
  const first = known.get(keyOf(each));
  if (first) {
    return {
      message: `node ${each.node} of ${each.trace} has a label already, at ${first.file}:${first.line}:${first.column}`,
      cure: 'Keep one of them; the first is used.',
    };
  }
  if (each.outcome === 'breach' && each.onset_s > each.breach_s) {
    return {
      message: `onset_s ${each.onset_s} is after breach_s ${each.breach_s}`,
      cure: 'Growth begins before it reaches the limit: correct one of the two.',
    };
  }
  return undefined;
}

function syntaxFault(file: string, text: string): Finding | undefined {
  try {
    JSON.parse(text);
    return undefined;
  } catch (error) {
    const { message } = error as Error;
    const offset = Number(/position (\d+)/.exec(message)?.[1] ?? text.length);
    const before = text.slice(0, offset).split('\n');
    return {
      ...fileFinding(
        file,
        `is not JSON: ${message}`,
        'Check the quotes, commas and brackets just before it.',
      ),
      line: before.length,
      column: before[before.length - 1].length + 1,
      excerpt: text.split('\n')[before.length - 1].trimEnd(),
    };
  }
}

function keyOf({ trace, node }: Label): string {
  return JSON.stringify([trace, node]);
}
