import { Command, Option } from 'commander';
import { systemClock } from '../clock.js';
import { type Finding, isError, type Rule } from '../evaluate/index.js';
import { defaultRulesFolder } from '../paths.js';
import {
  type CaseResult,
  type Coverage,
  caseLine,
  coverageOf,
  coverageText,
  type FileResult,
  failureText,
  findingToGithub,
  findTestFiles,
  type Look,
  loadTestFile,
  runTestCase,
  summaryText,
  type TestFile,
  toGithub,
  toJson,
  toJunit,
  untestedRules,
} from '../rule-test/index.js';
import { findingForPeople, isColoured } from './check-print.js';
import { progress } from './progress.js';
import { rerunOnChange } from './test-watch.js';

interface Given {
  readonly filter?: string;
  readonly format: 'text' | 'json' | 'junit' | 'github';
  readonly coverage?: true;
  readonly watch?: true;
}

/** How one run of the tests ended. */
interface Outcome {
  readonly exitCode: 0 | 1 | 2;
  /** Every file that had a part in it. */
  readonly readFrom: readonly string[];
}

const HELP = `
A test file x.test.yaml stands beside the rules x.yaml and says what nodes send and which alerts are to come of it; both go
through the live pipeline on simulated time. docs/rule-tests.md has the form.

Exit code 0 when all tests passed, 1 when one failed (or, with --coverage, a rule lacks a case), 2 when a file cannot be
used or there is nothing to run.

Examples:
  headroom test                                   the tests beside ./rules, or beside the rules that ship
  headroom test rules/memory.yaml --filter leak   those of one file whose name has "leak" in it
  headroom test --format junit > report.xml       for a CI service
  headroom test --watch                           again whenever a file changes`;

/** `headroom test`: runs rule tests. */
export function testCommand(): Command {
  return new Command('test')
    .description('Run rule tests: what nodes send, and which alerts are to come of it')
    .argument(
      '[path...]',
      'files of rule tests, rule files or folders (default: ./rules or the rules that ship)',
    )
    .option('--filter <name>', 'only tests with this in their name, in capitals or not')
    .addOption(
      new Option('--format <format>', 'output').choices(['text', 'json', 'junit', 'github']).default('text'),
    )
    .option('--coverage', 'also list rules without a case in which they fire, or in which they are silent')
    .option('--watch', 'run again whenever a file changes')
    .addHelpText('after', HELP)
    .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2))
    .action(async (paths: string[], given: Given) => {
      const chosen = paths.length > 0 ? paths : [defaultRulesFolder()];
      const run = () => runTests(chosen, given);
      if (given.watch) await rerunOnChange(chosen, async () => (await run()).readFrom);
      else process.exitCode = (await run()).exitCode;
    });
}

async function runTests(paths: readonly string[], given: Given): Promise<Outcome> {
  const began = systemClock.now();
  const found = findTestFiles(paths);
  const loaded: TestFile[] = [];
  for (const file of found.files) loaded.push(await loadTestFile(file));
  const findings = [...found.findings, ...loaded.flatMap((file) => file.findings)];
  tellFindings(findings, given);
  const results = await runFiles(loaded, given);
  const ms = systemClock.now() - began;
  const all = results.flatMap(({ cases }) => cases);
  const rules = loaded.flatMap((file) => file.rules);
  // Cases of files that cannot be used are not there to be counted.
  const coverage = given.coverage && !findings.some(isError) ? coverageOf(rules, all) : undefined;
  report(results, ms, coverage, given);
  if (!given.coverage && given.filter === undefined) hintAtUntested(rules, all);
  return {
    exitCode: exitCodeOf(findings, all, coverage, given),
    readFrom: loaded.flatMap(({ readFrom }) => readFrom),
  };
}

async function runFiles(loaded: readonly TestFile[], { filter = '', format }: Given): Promise<FileResult[]> {
  const wanted = loaded.flatMap(({ file, cases }) => {
    const chosen = cases.filter(({ name }) => name.toLowerCase().includes(filter.toLowerCase()));
    return chosen.length > 0 ? [{ file, cases: chosen }] : [];
  });
  const look = lookOf();
  const bar = progress(
    wanted.reduce((sum, { cases }) => sum + cases.length, 0),
    'tests',
  );
  const say = (text: string) => {
    bar.clear();
    if (format === 'text') process.stdout.write(text);
  };
  const results: FileResult[] = [];
  for (const { file, cases } of wanted) {
    say(`${file}\n`);
    const own: CaseResult[] = [];
    for (const each of cases) {
      const result = await runTestCase(each, systemClock.now);
      own.push(result);
      say(caseLine(result, look));
      bar.step();
    }
    results.push({ file, cases: own });
  }
  bar.clear();
  return results;
}

function report(
  results: readonly FileResult[],
  ms: number,
  coverage: Coverage | undefined,
  { format }: Given,
): void {
  const { stdout, stderr } = process;
  if (format === 'json') stdout.write(toJson(results, ms, coverage));
  else if (format === 'junit') stdout.write(toJunit(results, ms));
  else if (format === 'github') stdout.write(toGithub(results));
  else {
    const look = lookOf();
    const failures = results
      .flatMap(({ cases }) => cases.map((result) => failureText(result, look)))
      .join('');
    if (failures !== '') stdout.write(`\n${failures}`);
  }
  if (coverage && format !== 'json')
    (format === 'text' ? stdout : stderr).write(`\ncoverage\n${coverageText(coverage)}`);
  stderr.write(`${summaryText(results, ms)}\n`);
}

function tellFindings(findings: readonly Finding[], { format }: Given): void {
  for (const finding of findings) {
    if (format === 'github') process.stdout.write(findingToGithub(finding));
    else process.stderr.write(findingForPeople(finding, isColoured(process.stderr)));
  }
}

function hintAtUntested(rules: readonly Rule[], results: readonly CaseResult[]): void {
  const untested = untestedRules(rules, results).map(({ id }) => id);
  if (untested.length === 0 || results.length === 0) return;
  process.stderr.write(`no test names ${untested.join(', ')}; --coverage tells more\n`);
}

function exitCodeOf(
  findings: readonly Finding[],
  results: readonly CaseResult[],
  coverage: Coverage | undefined,
  { filter }: Given,
): Outcome['exitCode'] {
  if (findings.some(isError)) return 2;
  if (results.length === 0) {
    process.stderr.write(
      filter === undefined
        ? 'there is no test to run\n'
        : `no test has "${filter}" in its name; leave --filter out to see all names\n`,
    );
    return 2;
  }
  const isLacking = coverage?.rules.some(({ firing, silent }) => firing === 0 || silent === 0);
  return isLacking || results.some(({ failures }) => failures.length > 0) ? 1 : 0;
}

function lookOf(): Look {
  return { isColoured: isColoured(process.stdout), isFine: process.stdout.isTTY === true };
}
