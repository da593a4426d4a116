import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import {
  type Finding,
  fileFinding,
  inReadingOrder,
  isError,
  loadRules,
  type Path,
  type Rule,
  readAs,
  YamlSource,
} from '../evaluate/index.js';
import { Problem } from '../problem.js';
import type { TraceRow } from '../replay/index.js';
import { type Expectation, resolveExpectation } from './expectations.js';
import { InputFault, type Sample, samplesOfNode } from './input/samples.js';
import { readWholeTrace, samplesOfTrace } from './input/trace-samples.js';
import { testFileSchema, type WrittenCase } from './schema/test-file.js';

/** One case, ready to run. */
export interface TestCase {
  readonly name: string;
  readonly file: string;
  /** Where its name is written. */
  readonly line: number;
  readonly column: number;
  readonly rules: readonly Rule[];
  readonly nodes: readonly string[];
  /** In time order. */
  readonly samples: readonly Sample[];
  /** When it is over, ms: the last sample or the last time that is looked at. */
  readonly end: number;
  readonly expectations: readonly Expectation[];
}

export interface TestFile {
  readonly file: string;
  /** Empty while there is an error. */
  readonly cases: readonly TestCase[];
  readonly rules: readonly Rule[];
  /** Faults of the file, its rules and its traces; in reading order. */
  readonly findings: readonly Finding[];
  /** Everything that it was read from, so that it can be watched. */
  readonly readFrom: readonly string[];
}

const DEFAULT_INTERVAL_MS = 15_000;

/** Reads a file of rule tests with the rules and traces that it names. Whatever is wrong becomes a finding. */
export async function loadTestFile(file: string): Promise<TestFile> {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const message = `cannot be read: ${error instanceof Error ? error.message : error}`;
    return failed(file, [fileFinding(file, message, 'check its name')]);
  }
  const source = new YamlSource(file, text);
  if (source.findings.length > 0) return failed(file, source.findings);
  const read = readAs(testFileSchema, source);
  if (!read.value) return failed(file, read.findings);
  const paths = rulePaths(file, read.value.rules, source);
  if (!Array.isArray(paths)) return failed(file, [paths]);
  const { rules, findings: ruleFindings } = loadRules(paths);
  const reader = new CaseReader(source, rules, read.value.interval ?? DEFAULT_INTERVAL_MS);
  const cases: TestCase[] = [];
  for (const [index, written] of read.value.tests.entries()) cases.push(await reader.read(written, index));
  const findings = [
    ...inReadingOrder(ruleFindings),
    ...inReadingOrder([...reader.findings, ...twice(cases)]),
  ];
  const readFrom = [file, ...paths, ...reader.traces];
  return { file, cases: findings.some(isError) ? [] : cases, rules, findings, readFrom };
}

function failed(file: string, findings: readonly Finding[]): TestFile {
  return { file, cases: [], rules: [], findings, readFrom: [file] };
}

function rulePaths(
  file: string,
  written: readonly string[] | undefined,
  source: YamlSource,
): string[] | Finding {
  if (written) {
    const missing = written.findIndex((path) => !existsSync(join(dirname(file), path)));
    if (missing < 0) return written.map((path) => join(dirname(file), path));
    const at = source.has(['rules', missing]) ? ['rules', missing] : ['rules'];
    const path = join(dirname(file), written[missing]);
    return source.finding(at, `there is no ${path}`, 'names are relative to the folder of the test file');
  }
  const sibling = file.replace(/\.test(\.ya?ml)$/, '$1');
  if (sibling !== file && existsSync(sibling)) return [sibling];
  return source.finding(
    [],
    'does not say which rules it tests',
    `add rules: [memory.yaml], or name it x.test.yaml beside x.yaml`,
  );
}

/** A name that is there twice would make reports and --filter ambiguous. */
function twice(cases: readonly TestCase[]): Finding[] {
  return cases.flatMap((each, i) => {
    const first = cases.slice(0, i).find(({ name }) => name === each.name);
    if (!first) return [];
    const message = `"${each.name}" is the name of another test already, in line ${first.line}`;
    const { file, line, column } = each;
    return [{ ...fileFinding(file, message, 'give each test a name of its own'), line, column }];
  });
}

/** Reads the cases of one file; a trace that several of them use is read once. */
class CaseReader {
  readonly findings: Finding[] = [];
  readonly #source: YamlSource;
  readonly #rules: readonly Rule[];
  readonly #intervalMs: number;
  readonly #traces = new Map<string, Promise<TraceRow[]>>();

  constructor(source: YamlSource, rules: readonly Rule[], intervalMs: number) {
    this.#source = source;
    this.#rules = rules;
    this.#intervalMs = intervalMs;
  }

  get traces(): string[] {
    return [...this.#traces.keys()];
  }

  async read(written: WrittenCase, index: number): Promise<TestCase> {
    const path = ['tests', index];
    const nodes = Object.keys(written.input);
    const samples: Sample[] = [];
    for (const node of nodes)
      for (const each of await this.#samples(written, node, [...path, 'input', node])) samples.push(each);
    samples.sort((a, b) => a.at - b.at);
    const known = { source: this.#source, rules: this.#rules, nodes };
    const expectations = written.expect.flatMap(
      (each, i) => resolveExpectation(each, [...path, 'expect', i], known, this.findings) ?? [],
    );
    const end = Math.max(samples[samples.length - 1]?.at ?? 0, ...written.expect.map(lastTime));
    const { file, line, column } = this.#source.finding([...path, 'name'], '', '');
    return { name: written.name, file, line, column, rules: this.#rules, nodes, samples, end, expectations };
  }

  async #samples({ input, interval, seed = 1 }: WrittenCase, node: string, path: Path): Promise<Sample[]> {
    const written = input[node];
    try {
      if (written.trace === undefined)
        return samplesOfNode(node, written, interval ?? this.#intervalMs, seed);
      const file = join(dirname(this.#source.file), written.trace);
      return samplesOfTrace(node, await this.#trace(file), written.traceNode, written.labels ?? {});
    } catch (error) {
      this.findings.push(this.#findingOf(error, path));
      return [];
    }
  }

  #trace(file: string): Promise<TraceRow[]> {
    const known = this.#traces.get(file);
    if (known) return known;
    const rows = readWholeTrace(file);
    this.#traces.set(file, rows);
    return rows;
  }

  #findingOf(error: unknown, path: Path): Finding {
    if (error instanceof InputFault)
      return this.#source.finding(
        error.key === undefined ? path : [...path, error.key],
        error.message,
        error.cure,
      );
    if (!(error instanceof Problem)) throw error;
    const { place, message, cure } = error;
    const isInside = place.line !== undefined;
    const at = isInside ? `, in line ${place.line}` : '';
    return this.#source.finding([...path, 'trace'], `${place.file}${at}: ${message}`, cure);
  }
}

function lastTime({
  at = 0,
  between,
}: {
  at?: number | undefined;
  between?: readonly [number, number] | undefined;
}): number {
  return Math.max(at, between?.[1] ?? 0);
}
