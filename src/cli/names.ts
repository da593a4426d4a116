import { Argument, Command, Option } from 'commander';
import { nearest } from '../evaluate/index.js';
import { Problem } from '../problem.js';
import { type Explanation, explain, knownNames, loadNames, readNamesFile } from '../receive/index.js';
import { isSignal, SIGNALS } from '../telemetry/index.js';
import { formatTable, screenWidth } from './table.js';

interface Given {
  readonly names: readonly string[];
  readonly unit?: string;
  readonly json?: boolean;
}

const EXPLAIN_HELP = `
METRIC is a name of Prometheus or OpenTelemetry, with its labels in braces, or measurement.field of line protocol.
Exit code 0 when it becomes a signal, 1 when it does not.

Examples:
  headroom names explain process_resident_memory_bytes
  headroom names explain 'jvm_memory_used_bytes{area="heap",id="G1 Old Gen",instance="app:8080"}'
  headroom names explain procstat.memory_rss
  headroom names explain process.runtime.jvm.gc.duration_sum --unit ms --json`;

const LIST_HELP = `
Examples:
  headroom names list                          every name that is known
  headroom names list heap_limit               what a limit of the heap is read from
  headroom names list --names ours.yaml --json`;

const CHECK_HELP = `
Exit code 0 when the files are good, 1 at the first fault, which is shown with its line and column.

Examples:
  headroom names check ours.yaml
  headroom names check names/*.yaml`;

/** `headroom names`: what becomes of the metrics of agents. */
export function namesCommand(): Command {
  const command = new Command('names').description('Show what becomes of the metrics that agents send');
  command.addHelpText(
    'after',
    '\nExamples:\n  headroom names explain \'container_memory_rss{namespace="prod",pod="api-7",container="api"}\'\n  headroom names list rss\n  headroom names check ours.yaml',
  );
  command.addCommand(
    withNames(new Command('explain'))
      .description('Say what becomes of one metric, and why')
      .argument('<metric>', 'name, with labels in braces')
      .option('--unit <unit>', 'unit field of the sender, such as ms')
      .addHelpText('after', EXPLAIN_HELP)
      .action((text: string, given: Given) => {
        const { metric, tags } = readMetric(text);
        const { unit } = given;
        const found = explain(loadNames(given.names), metric, tags, { unit, nearest });
        process.stdout.write(given.json ? `${JSON.stringify(found)}\n` : textOf(found));
        if (found.becomes.length === 0) process.exitCode = 1;
      }),
  );
  command.addCommand(
    withNames(new Command('list'))
      .description('List the names that are known')
      .addArgument(new Argument('[signal]', 'only those of this signal').choices(SIGNALS))
      .addHelpText('after', LIST_HELP)
      .action((signal: string | undefined, given: Given) => {
        const all = knownNames(loadNames(given.names));
        const known =
          signal !== undefined && isSignal(signal) ? all.filter((each) => each.signal === signal) : all;
        if (given.json) process.stdout.write(`${JSON.stringify(known)}\n`);
        else {
          const rows = known.map((each) => ({ cells: [each.metric, each.signal, each.source, each.from] }));
          process.stdout.write(formatTable(['METRIC', 'SIGNAL', 'SOURCE', 'FROM'], rows, screenWidth()));
        }
      }),
  );
  command.addCommand(
    new Command('check')
      .description('Check files of names')
      .argument('<files...>', 'files with the schema of names/*.yaml')
      .addHelpText('after', CHECK_HELP)
      .action((files: string[]) => {
        for (const file of files) readNamesFile(file);
        process.stderr.write(`${files.join(', ')}: good\n`);
      }),
  );
  return command;
}

function withNames(command: Command): Command {
  return command
    .addOption(
      new Option('--names <files...>', 'files of names that come before the shipped ones').default([]),
    )
    .option('--json', 'as JSON');
}

/** @throws Problem bad-option */
function readMetric(text: string): { metric: string; tags: Map<string, string> } {
  const match = /^([^{}\s]+)\s*(?:\{(.*)\})?$/.exec(text.trim());
  const tags = new Map<string, string>();
  let rest = match?.[2]?.trim() ?? '';
  while (match && rest !== '') {
    const label = /^([^=,"{}\s]+)\s*=\s*"((?:[^"\\]|\\.)*)"\s*(?:,\s*|$)/.exec(rest);
    if (!label) break;
    tags.set(label[1], label[2].replace(/\\(.)/g, '$1'));
    rest = rest.slice(label[0].length);
  }
  if (match && rest === '') return { metric: match[1], tags };
  throw new Problem(
    'bad-option',
    `found ${JSON.stringify(text)}, expected a metric such as name{label="x"}`,
    {
      cure: 'Put it in single quotes, so that the shell leaves braces and double quotes alone.',
    },
  );
}

function textOf({ metric, becomes, node, reasons, near }: Explanation): string {
  const lines = becomes.flatMap((reading) => {
    const { signal, source, rank, better, factor, derived, sumOver, about } = reading;
    return [
      `${metric} is ${signal}, measured as ${source}`,
      ...(rank === null
        ? []
        : [`  source   ${rank}. of its kind${better.length > 0 ? `, after ${better.join(', ')}` : ''}`]),
      ...(factor === 1 ? [] : [`  factor   ${factor}`]),
      ...(derived === 'uptime' ? ['  derived  the time of the sample less the value'] : []),
      ...(derived === 'share' ? ['  derived  the limit of the node times the value'] : []),
      ...(derived === 'test' ? ['  derived  1 where a condition holds, else 0'] : []),
      ...(sumOver.length === 0
        ? []
        : [`  sum      over ${sumOver[0] === '*' ? 'all its series' : sumOver.join(', ')}`]),
      ...(about === null ? [] : [`  about    ${about}`]),
    ];
  });
  if (becomes.length === 0) lines.push(`${metric} is not used`);
  if (node !== null) lines.push(`  node     ${node}`);
  for (const reason of reasons) lines.push(`  because  ${reason}`);
  if (near.length > 0) lines.push(`  near     ${near.join(', ')}`);
  return `${lines.join('\n')}\n`;
}
