import { rename, rm, writeFile } from 'node:fs/promises';
import { Command, Option } from 'commander';
import {
  type BacktestOptions,
  type BacktestResult,
  backtest,
  type HistorySource,
  htmlReport,
  jsonReport,
  type Moment,
  markdownReport,
  openDataFolder,
  openService,
  openTraceFiles,
  rulesAgainst,
  rulesOf,
  textReport,
} from '../backtest/index.js';
import { systemClock } from '../clock.js';
import { formatFinding } from '../evaluate/index.js';
import { defaultRulesFolder } from '../paths.js';
import { Problem } from '../problem.js';
import { parseDuration } from '../telemetry/index.js';
import { progressOf } from './progress.js';
import { writeOut } from './write-out.js';

const FORMATS = { table: textReport, json: jsonReport, markdown: markdownReport, html: htmlReport } as const;

interface Given {
  readonly data?: string;
  readonly service?: string;
  readonly token?: string;
  readonly rules: string;
  readonly against?: string;
  readonly from?: string;
  readonly to?: string;
  readonly nodes: readonly string[];
  readonly step?: string;
  readonly jobs?: string;
  readonly format: keyof typeof FORMATS;
  readonly output?: string;
  readonly strict?: boolean;
}

const HELP = `
The history is that of a running service (--service), of the data folder of a stopped one (--data), or of trace files
(docs/replay.md). Each alert is judged by what came; docs/backtest.md has the definitions.

Exit code 1 on an error and, with --strict, when a breach is missed (with --against: one that the others do not miss);
130 when interrupted. Nothing half-written is left.

Examples:
  headroom backtest --service http://127.0.0.1:8420 --from 30d          the rules over the last 30 days
  headroom backtest --data /var/lib/headroom --nodes pool=edge           of a stopped service, one pool
  headroom backtest traces/*.csv --format html --output report.html      recordings, with pictures
  headroom backtest --service $URL --from 7d --against main --format markdown    what a change of rules does`;

/** `headroom backtest`: what rules would have done over the past, and how two sets of them differ. */
export function backtestCommand(): Command {
  return new Command('backtest')
    .description('Say what the rules would have done over the past: caught, late, missed, false')
    .argument('[file...]', 'trace files')
    .option('--data <folder>', 'data folder of a service that does not run')
    .option('--service <url>', 'where a service runs, such as http://127.0.0.1:8420')
    .addOption(
      new Option('--token <token>', "one of people's tokens; better given in the environment").env(
        'HEADROOM_TOKEN',
      ),
    )
    .option('--rules <path>', 'rule files (default: ./rules, else those that ship)', defaultRulesFolder())
    .option('--against <path or ref>', 'rules to compare with: a path, or a commit, branch or tag of git')
    .option(
      '--from <time>',
      'begin: a time before the newest sample such as 30d, or RFC 3339 (default: the oldest)',
    )
    .option('--to <time>', 'end: likewise (default: the newest)')
    .option('--nodes <key=value>', 'only nodes with this label, * for any text; may be repeated', collect, [])
    .option(
      '--step <time>',
      'one sample a node in this time; 0 for every sample (default: follows from the rules)',
    )
    .option('--jobs <n>', 'threads (default: as many as the machine has cores)')
    .addOption(new Option('--format <format>', 'output').choices(Object.keys(FORMATS)).default('table'))
    .option('--output <file>', 'write there instead of standard output')
    .option('--strict', 'exit with 1 when a breach is missed')
    .addHelpText('after', HELP)
    .action(async (files: string[], given: Given) => {
      process.exitCode = await run(files, given);
    });
}

async function run(files: readonly string[], given: Given): Promise<number> {
  const now = systemClock.now();
  const options = readOptions(files, given);
  const rules = rulesOf(given.rules);
  const against = given.against === undefined ? undefined : await rulesAgainst(given.against, given.rules);
  for (const finding of [...rules.findings, ...(against?.findings ?? [])]) {
    process.stderr.write(`${formatFinding(finding)}\n`);
  }
  const stop = new AbortController();
  const interrupted = new Error('interrupted');
  const onSignal = (): void => stop.abort(interrupted);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, onSignal);
  const bar = progressOf(() => systemClock.now());
  let source: HistorySource | undefined;
  try {
    source = await openSource(files, given, now);
    const result = await backtest({
      ...options,
      source,
      rules: rules.rules,
      ...(against ? { against: against.rules } : {}),
      onProgress: bar.done,
      signal: stop.signal,
    });
    bar.clear();
    await write(FORMATS[given.format](result), given.output, stop.signal);
    return given.strict && isWorse(result) ? 1 : 0;
  } catch (error) {
    bar.clear();
    if (error !== interrupted) throw error;
    process.stderr.write('headroom: interrupted, nothing was written\n');
    return 130;
  } finally {
    await source?.close();
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, onSignal);
  }
}

/** Everything is read before anything is opened, so that a slip is told at once. */
function readOptions(files: readonly string[], given: Given): Omit<BacktestOptions, 'source' | 'rules'> {
  const sources = [files.length > 0, given.data !== undefined, given.service !== undefined];
  if (sources.filter(Boolean).length !== 1) {
    throw new Problem('bad-option', 'name one history: trace files, --data FOLDER or --service URL', {
      cure: 'For example: headroom backtest --service http://127.0.0.1:8420 --from 7d',
    });
  }
  if (files.length > 0 && (given.from ?? given.to ?? given.step) !== undefined) {
    throw new Problem('bad-option', '--from, --to and --step are not for trace files, which are read whole', {
      cure: 'Leave them out, or cut the files.',
    });
  }
  const { from, to, step, jobs } = given;
  return {
    ...(from === undefined ? {} : { from: readMoment('--from', from) }),
    ...(to === undefined ? {} : { to: readMoment('--to', to) }),
    ...(step === undefined ? {} : { stepMs: readStep(step) }),
    ...(jobs === undefined ? {} : { jobs: readJobs(jobs) }),
    nodes: readNodes(given.nodes),
  };
}

async function openSource(files: readonly string[], given: Given, now: number): Promise<HistorySource> {
  if (given.data !== undefined) return openDataFolder(given.data, now);
  if (given.service !== undefined) return openService(given.service, given.token);
  return openTraceFiles(files);
}

/** A breach is missed; where rules are compared, one that the others did not miss. */
function isWorse({ outcome, difference }: BacktestResult): boolean {
  if (!difference) return outcome.totals.missed > 0;
  return difference.breaches.some(({ after }) => after === 'missed');
}

async function write(text: string, file: string | undefined, signal: AbortSignal): Promise<void> {
  if (file === undefined) return writeOut(text);
  const part = `${file}.${process.pid}.part`;
  try {
    await writeFile(part, text, { signal });
    await rename(part, file);
  } catch (error) {
    await rm(part, { force: true });
    if (signal.aborted) throw signal.reason;
    throw error;
  }
}

function readMoment(option: string, text: string): Moment {
  const ago = parseDuration(text);
  if (ago !== undefined) return { ago };
  const at = /^\d{4}-\d\d-\d\d/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isFinite(at)) return { at };
  throw wrong(option, text, 'a time such as 30d, or RFC 3339 such as 2026-11-01T00:00:00Z');
}

function readStep(text: string): number {
  const ms = text === '0' ? 0 : parseDuration(text);
  if (ms !== undefined && (ms === 0 || ms >= 1)) return ms;
  throw wrong('--step', text, 'a time such as 1m, or 0 for every sample');
}

function readJobs(text: string): number {
  if (/^[1-9]\d{0,2}$/.test(text)) return Number(text);
  throw wrong('--jobs', text, 'a whole number from 1 to 999');
}

function readNodes(given: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    given.map((text) => {
      const at = text.indexOf('=');
      if (at < 1) throw wrong('--nodes', text, 'a label such as pool=edge, or node=r-*');
      return [text.slice(0, at), text.slice(at + 1)];
    }),
  );
}

function wrong(option: string, found: string, expected: string): Problem {
  return new Problem('bad-option', `${option}: found "${found}", expected ${expected}`);
}

function collect(value: string, previous: readonly string[]): string[] {
  return [...previous, value];
}
