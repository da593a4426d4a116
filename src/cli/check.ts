import { existsSync } from 'node:fs';
import { Command, Option } from 'commander';
import { type ChecksDone, explainCode, runChecks } from '../check/index.js';
import { DEFAULT_CONFIG_FILE } from '../config/index.js';
import { type Finding, inReadingOrder, isError, readRuleTexts } from '../evaluate/index.js';
import { defaultRulesFolder } from '../paths.js';
import { formatPlace, Problem } from '../problem.js';
import { formatCount } from '../telemetry/index.js';
import { type ReadFiles, readFiles } from './check-files.js';
import { type HistoryOptions, readHistory } from './check-history.js';
import { findingForGithub, findingForPeople, isColoured } from './check-print.js';
import { type CheckedTraces, checkTraces, tracePathsOf } from './check-traces.js';
import { progress } from './progress.js';

interface Given extends HistoryOptions {
  readonly format: 'text' | 'json' | 'github';
  readonly strict?: boolean;
  readonly explain?: string;
}

const HELP = `
Beside what is wrong it tells what is legal and unwise in rules: docs/check.md lists the checks. Some need to know what
your nodes send: name a recording with --traces, the running service with --service, or the data folder of one that is
not running with --data. A comment mutes a check on its line or the next: # headroom: ignore CODE REASON.

Rows and labels with an error are left out, and the rest of their file is checked. Of a trace it also says what is odd
about the telemetry in it (docs/oddities.md).

Exit code: 0 without errors, 1 with errors (with --strict also warnings), 2 when it could not be run as asked.

Examples:
  headroom check                                ./rules and ./headroom.yaml
  headroom check --service http://127.0.0.1:8420
                                                the same, against what the nodes really send
  headroom check rules/ --traces traces/        against a recording
  headroom check --explain rule/never-fires     what a code means
  headroom check --format github --strict       in a workflow: annotates the lines of a pull request
  headroom check t001.csv labels.json           a recording itself, as \`headroom replay\` reads it`;

const USAGE_ERROR = 2;

/** `headroom check`: lints rule files, configuration, traces and their labels. */
export function checkCommand(): Command {
  return new Command('check')
    .description(
      'Check rules, configuration, traces and labels: file, line, column, what is wrong, what to write',
    )
    .argument(
      '[path...]',
      `rule files, configuration files, traces, labels, folders of them (default: ./rules or the rules that ship, and ./${DEFAULT_CONFIG_FILE})`,
    )
    .addOption(
      new Option('--format <format>', 'how to print findings')
        .choices(['text', 'json', 'github'])
        .default('text'),
    )
    .option('--strict', 'fail with warnings, too')
    .option('--traces <path>', 'a trace, or a folder of them, to check against; may be repeated', collect)
    .option('--service <url>', 'a running service to check against')
    .addOption(new Option('--token <token>', 'a token of people for the service').env('HEADROOM_TOKEN'))
    .option('--data <folder>', 'the data folder of a service that is not running, to check against')
    .option('--explain <code>', 'print what a code means, and end')
    .addHelpText('after', HELP)
    .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : USAGE_ERROR))
    .action(async (paths: string[], given: Given) => {
      try {
        await check(paths, given);
      } catch (error) {
        if (!(error instanceof Problem)) throw error;
        const place = formatPlace(error.place);
        process.stderr.write(
          `headroom: ${place === '' ? '' : `${place} `}${error.message}\n  ${error.cure}\n`,
        );
        process.exitCode = USAGE_ERROR;
      }
    });
}

function collect(path: string, before: readonly string[] = []): string[] {
  return [...before, path];
}

async function check(given: readonly string[], options: Given): Promise<void> {
  if (options.explain !== undefined) {
    process.stdout.write(explainCode(options.explain));
    return;
  }
  const paths = given.length > 0 ? given : defaultPaths();
  const traces = await checkAllTraces(paths);
  const read = await readFiles(paths.filter((path) => !isAllTraces(path)));
  const done = await checkSets(read, options);
  const findings = inReadingOrder([...(traces?.findings ?? []), ...read.findings, ...(done?.findings ?? [])]);
  const files = read.files + (traces?.files ?? 0);
  print(
    findings,
    { files, rules: read.rules, findings, ...(done ? { checks: checksFor(done) } : {}) },
    options,
  );
  const faults = summary(files, read.rules, findings);
  process.stderr.write(`${faults}${traces ? leftOut(traces) : ''}${done ? toldOf(done) : ''}\n`);
  if (findings.some((finding) => options.strict || isError(finding))) process.exitCode = 1;
}

/** Runs the checks over what has no errors; undefined when there is no such thing. */
async function checkSets({ sets, configs }: ReadFiles, options: Given): Promise<ChecksDone | undefined> {
  const [config, ...otherConfigs] = configs;
  const all = [
    ...(sets.length > 0 ? sets : [{ rules: [], texts: [] }]).map((set) => ({ ...set, config })),
    ...otherConfigs.map((other) => ({ rules: [], texts: [], config: other })),
  ];
  if (sets.length === 0 && !config) return undefined;
  const history = await readHistory(
    options,
    sets.flatMap(({ rules }) => rules),
  );
  return runChecks(all, history);
}

async function checkAllTraces(paths: readonly string[]): Promise<CheckedTraces | undefined> {
  const found = [...new Set(paths.flatMap(tracePathsOf))];
  if (found.length === 0) return undefined;
  const bar = progress(found.length, 'traces');
  const checked = await checkTraces(found, bar.step);
  bar.clear();
  return checked;
}

/** Whether nothing is left to check once the traces are: a trace, or a folder of such without any YAML. */
function isAllTraces(path: string): boolean {
  return tracePathsOf(path).length > 0 && readRuleTexts([path]).texts.every(({ file }) => file === path);
}

function defaultPaths(): string[] {
  const rules = defaultRulesFolder();
  return existsSync(DEFAULT_CONFIG_FILE) ? [rules, DEFAULT_CONFIG_FILE] : [rules];
}

function print(findings: readonly Finding[], report: object, { format }: Given): void {
  const inColour = isColoured(process.stdout);
  if (format === 'json') process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
  else if (format === 'github') process.stdout.write(findings.map(findingForGithub).join(''));
  else process.stdout.write(findings.map((finding) => findingForPeople(finding, inColour)).join(''));
}

function checksFor({ ran, skipped, muted }: ChecksDone) {
  return { ran, skipped, muted };
}

function summary(files: number, rules: number, findings: readonly Finding[]): string {
  const errors = findings.filter(isError).length;
  const warnings = findings.length - errors;
  const faults = [
    ...(errors ? [formatCount(errors, 'error')] : []),
    ...(warnings ? [formatCount(warnings, 'warning')] : []),
  ];
  const known = rules > 0 ? ` with ${formatCount(rules, 'rule')}` : '';
  return `${formatCount(files, 'file')}${known}: ${faults.length > 0 ? faults.join(', ') : 'no faults found'}`;
}

/** How many checks ran, how many could not, and what to give them. */
function toldOf({ ran, skipped, muted }: ChecksDone): string {
  const history = skipped.history.length;
  const config = skipped.config.length;
  return [
    `; ${formatCount(ran.length, 'check')} ran${muted > 0 ? `, ${formatCount(muted, 'finding')} muted` : ''}`,
    ...(history > 0 ? [`\n${history} more need history: add --traces, --service or --data`] : []),
    ...(config > 0 ? [`\n${config} more need the configuration: name its file, too`] : []),
  ].join('');
}

/** `; left out: 2 of 600 rows, 1 label`, or nothing. */
function leftOut({ rows, leftOutRows, leftOutLabels }: CheckedTraces): string {
  const parts = [
    ...(leftOutRows ? [`${leftOutRows} of ${formatCount(rows, 'row')}`] : []),
    ...(leftOutLabels ? [formatCount(leftOutLabels, 'label')] : []),
  ];
  return parts.length > 0 ? `; left out: ${parts.join(', ')}` : '';
}
