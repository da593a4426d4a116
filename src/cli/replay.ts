import { join } from 'node:path';
import { Command, Option } from 'commander';
import { findingsProblem, formatFinding, isError, loadRules } from '../evaluate/index.js';
import { packageRoot } from '../paths.js';
import { formatPlace, Problem } from '../problem.js';
import { oddText, replayTrace, TraceTable, toJsonLine } from '../replay/index.js';
import { durationArgument } from './arguments.js';
import { progress } from './progress.js';
import { writeOut } from './write-out.js';

interface Given {
  readonly rules: string;
  readonly format: 'jsonl' | 'table';
  readonly forecasts?: number;
}

const HELP = `
A trace is a CSV file of telemetry (docs/replay.md has its columns). It is run through the same models, rules and
alert states as the service runs, on the trace's own time. With labels.json beside the traces the table says what was
right. What is odd about the telemetry (docs/oddities.md) is told after the table, on standard error with jsonl.

Examples:
  headroom replay traces/*.csv                          what would have fired, and when
  headroom replay t001.csv --format jsonl --forecasts 15m | jq .`;

/** `headroom replay`: the live pipeline over recorded telemetry. */
export function replayCommand(): Command {
  return new Command('replay')
    .description('Run recorded telemetry through the live pipeline on a simulated clock')
    .argument('<file...>', 'trace files')
    .option('--rules <folder>', 'rule files', join(packageRoot, 'rules'))
    .addOption(new Option('--format <format>', 'output').choices(['table', 'jsonl']).default('table'))
    .option(
      '--forecasts <time>',
      'also tell a forecast of each node and limit this often, such as 15m',
      durationArgument('15m'),
    )
    .addHelpText('after', HELP)
    .action(async (files: string[], given: Given) => {
      const loaded = loadRules(given.rules);
      if (loaded.findings.some(isError)) throw findingsProblem('bad-rules', loaded.findings);
      for (const finding of loaded.findings) process.stderr.write(`${formatFinding(finding)}\n`);
      const faults = await replayAll(files, given, loaded.rules);
      if (faults > 0) process.exitCode = 1;
    });
}

/** Replays every file; one that has a fault is told and the rest goes on. Returns how many faults there were. */
async function replayAll(
  files: readonly string[],
  given: Given,
  rules: ReturnType<typeof loadRules>['rules'],
) {
  const table = new TraceTable();
  const bar = progress(files.length, 'traces');
  let faults = 0;
  let odd = '';
  for (const file of files) {
    let buffered = '';
    try {
      if (given.format === 'table') table.begin(file);
      await replayTrace(file, {
        rules,
        ...(given.forecasts === undefined ? {} : { forecastsMs: given.forecasts }),
        onEvent(event) {
          if (given.format === 'jsonl') buffered += `${toJsonLine(event)}\n`;
          else table.note(event);
        },
        onOdd(nodes) {
          odd += oddText(file, nodes);
        },
      });
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      faults++;
      bar.clear();
      process.stderr.write(`${formatPlace(error.place)} ${error.message}\n  ${error.cure}\n`);
    }
    await writeOut(buffered);
    bar.step();
  }
  bar.clear();
  if (given.format === 'table') await writeOut(`${table}${odd === '' ? '' : `\nodd telemetry\n${odd}`}`);
  else if (odd !== '') process.stderr.write(`odd telemetry\n${odd}`);
  const { findings, leftOut } = table.labelFaults;
  for (const finding of findings) process.stderr.write(`${formatFinding(finding)}\n  ${finding.cure}\n`);
  if (findings.length > 0) {
    const what = leftOut > 0 ? `${leftOut} of the labels` : 'labels.json';
    process.stderr.write(
      `${what} could not be read and was left out: nodes without a label are not judged\n`,
    );
  }
  if (faults > 0)
    process.stderr.write(`${faults} of ${files.length} traces could not be read to their end\n`);
  return faults + findings.length;
}
