// Scores the shipped rules on recorded traces. Quickly: npm run build && node dist/accuracy/main.js --no-write
import { join } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { progress } from '../src/cli/progress.js';
import { findingsProblem, isError, loadRules } from '../src/evaluate/index.js';
import { packageRoot } from '../src/paths.js';
import { formatPlace, Problem } from '../src/problem.js';
import { sharedTraces, unpackCarried } from './carried.js';
import { type Beginnings, otherBeginnings, targetsAtBeginnings } from './judge/beginnings.js';
import { joinOutcome, type Outcome, type ScoredSet } from './judge/outcome.js';
import type { Fault, Label } from './read/labels.js';
import { type FoundSets, findSets } from './read/sets.js';
import { screenText } from './report/screen.js';
import { validationOf } from './report/validation.js';
import { writePage } from './report/write-page.js';
import { measureAll } from './run/measure-all.js';
import { candidates } from './validate/cross-validate.js';
import { cellOfRules } from './validate/grid.js';

interface Given {
  readonly rules: string;
  readonly out: string;
  readonly jobs: number;
  readonly write: boolean;
  readonly each?: true;
  readonly crossValidate?: true;
  readonly beginnings: number;
  readonly leaveOut: readonly string[];
  readonly only: readonly string[];
}

const HELP = `
A set is a folder with labels.json and traces (CSV). Without FOLDER, ../shared/traces is scored, or the recordings that
the project carries where that is absent.

Examples:
  npm run accuracy                                     score everything and write docs/accuracy.md
  npm run accuracy -- --no-write --each                only the tables, with each breach that was caught
  npm run accuracy -- --no-write --only map_leak       one scenario (or runtime, trace, set)
  npm run accuracy -- --no-write --leave-out python    all but one`;

const program = new Command('accuracy')
  .description('Score the shipped rules on recorded traces, beside the usual rules')
  .argument('[folder...]', 'folders with sets of traces')
  .option('--rules <folder>', 'rule files', join(packageRoot, 'rules'))
  .option('--out <file>', 'page to write', join(packageRoot, 'docs/accuracy.md'))
  .option('--jobs <n>', 'processes', positive, 2)
  .option('--no-write', 'print the tables only')
  .option('--each', 'list each breach that was caught, too')
  .option('--cross-validate', 'choose the thresholds without each scenario and runtime, too (slower)')
  .option('--beginnings <n>', 'score as if recordings had begun at so many other moments, too', positive, 0)
  .option('--leave-out <name...>', 'scenarios, runtimes, traces or sets not to score', [])
  .option('--only <name...>', 'scenarios, runtimes, traces or sets to score', [])
  .addHelpText('after', HELP)
  .action(run);

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof Problem)) throw error;
  tell({ place: formatPlace(error.place), message: error.message, cure: error.cure });
  process.exitCode = 1;
}

async function run(folders: readonly string[], given: Given): Promise<void> {
  const loaded = loadRules(given.rules);
  if (loaded.findings.some(isError)) throw findingsProblem('bad-rules', loaded.findings);
  const shared = folders.length === 0 ? sharedTraces() : undefined;
  if (folders.length > 0 || shared) return scoreFolders(shared ? [shared] : folders, given);
  const carried = unpackCarried();
  try {
    await scoreFolders([carried.folder], given);
  } finally {
    carried.remove();
  }
}

async function scoreFolders(folders: readonly string[], given: Given): Promise<void> {
  const found = findSets(folders, (label) => isWanted(label, given));
  const files = found.sets.flatMap(({ traces }) => traces.map(({ file }) => file));
  const bar = progress(files.length, 'traces');
  const withGrid = given.crossValidate ?? false;
  const answers = await measureAll(files, {
    rules: given.rules,
    jobs: given.jobs,
    withGrid,
    onDone: bar.step,
  });
  bar.clear();
  const outcome = joinOutcome(found, answers);
  const beginnings = await elsewhere(found, files, given);
  const shipped = cellOfRules(loadRules(given.rules).rules);
  const validation = withGrid ? validationOf(candidates(outcome.sets), shipped) : undefined;
  process.stdout.write(screenText(outcome, { each: given.each ?? false, validation, beginnings }));
  const command = 'npm run accuracy';
  if (shouldWrite(given)) await writePage(given.out, outcome.sets, { command, validation, beginnings });
  summarise([...found.faults, ...outcome.faults], found, outcome);
}

/** The figures as if recordings had begun at other moments; undefined where none are asked for. */
async function elsewhere(
  found: FoundSets,
  files: readonly string[],
  { rules, jobs, beginnings }: Given,
): Promise<Beginnings | undefined> {
  if (beginnings === 0) return undefined;
  const bar = progress(files.length * beginnings, 'traces at other beginnings');
  const outcomes: (readonly ScoredSet[])[] = [];
  for (const shiftMs of otherBeginnings(beginnings)) {
    const answers = await measureAll(files, { rules, jobs, shiftMs, onDone: bar.step });
    outcomes.push(joinOutcome(found, answers).sets);
  }
  bar.clear();
  return targetsAtBeginnings(outcomes);
}

/** A page about a part of the recordings would mislead. */
function shouldWrite({ write, only, leaveOut }: Given): boolean {
  if (!write) return false;
  const isPart = only.length > 0 || leaveOut.length > 0;
  if (isPart) process.stderr.write('no page is written of a part of the recordings\n');
  return !isPart;
}

function isWanted({ scenario, runtime, trace }: Label, { only, leaveOut }: Given): boolean {
  const names = [scenario, runtime, trace];
  if (names.some((name) => leaveOut.includes(name))) return false;
  return only.length === 0 || names.some((name) => only.includes(name));
}

function summarise(faults: readonly Fault[], { unlabelled, leftOut }: FoundSets, outcome: Outcome): void {
  for (const fault of faults) tell(fault);
  if (unlabelled.length > 0) {
    process.stderr.write(
      `${unlabelled.length} traces without a label were left out: ${unlabelled.join(', ')}\n`,
    );
  }
  if (faults.length === 0) return;
  const nodes = outcome.leftOut + leftOut.traceless;
  process.stderr.write(
    `faults: ${faults.length}; left out: ${nodes} labelled nodes that could not be scored, ` +
      `${leftOut.faulty} labels that could not be read\n`,
  );
  process.exitCode = 1;
}

function tell({ place, message, cure }: Fault): void {
  process.stderr.write(`${place === '' ? '' : `${place} `}${message}\n  ${cure}\n`);
}

function positive(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value > 0) return value;
  throw new InvalidArgumentError('must be a whole number above 0.');
}
