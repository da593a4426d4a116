import { existsSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { Command, Option } from 'commander';
import { configSchema, DEFAULT_CONFIG_FILE, readConfig } from '../config/index.js';
import {
  compileRules,
  type Finding,
  fileFinding,
  findingText,
  inReadingOrder,
  isError,
  type RuleText,
  readRuleTexts,
  YamlSource,
} from '../evaluate/index.js';
import { packageRoot } from '../paths.js';
import { type CheckedTraces, checkTraces, tracePathsOf } from './check-traces.js';
import { progress } from './progress.js';

interface Checked {
  readonly files: number;
  readonly rules: number;
  readonly findings: readonly Finding[];
}

const HELP = `
Exit code 1 when there is an error; warnings alone leave it at 0. Rows and labels with an error are left out, and the
rest of their file is checked. Of a trace it also says what is odd about the telemetry in it (docs/oddities.md).

Examples:
  headroom check                             ./rules and ./headroom.yaml
  headroom check t001.csv labels.json        a recording, as \`headroom replay\` reads it
  headroom check traces/                     all recordings of a folder, and the labels beside them`;

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
      new Option('--format <format>', 'how to print findings').choices(['text', 'json']).default('text'),
    )
    .addHelpText('after', HELP)
    .action(async (given: string[], { format }: { format: 'text' | 'json' }) => {
      const paths = given.length > 0 ? given : defaultPaths();
      const traces = await checkAllTraces(paths);
      const texts = paths.filter((path) => !isAllTraces(path)).map(checkPath);
      const checked = total(traces ? [{ ...traces, rules: 0 }, ...texts] : texts);
      const isColoured = process.stdout.isTTY === true && !process.env.NO_COLOR;
      const text =
        format === 'json'
          ? `${JSON.stringify(checked, null, 2)}\n`
          : checked.findings.map((finding) => show(finding, isColoured)).join('');
      process.stdout.write(text);
      process.stderr.write(`${summary(checked)}${traces ? leftOut(traces) : ''}\n`);
      if (checked.findings.some(isError)) process.exitCode = 1;
    });
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
  const rules = existsSync('rules') ? 'rules' : join(packageRoot, 'rules');
  return existsSync(DEFAULT_CONFIG_FILE) ? [rules, DEFAULT_CONFIG_FILE] : [rules];
}

/** A folder with a rule file in it is one set, as the service takes it; in any other each file is for itself. */
function checkPath(path: string): Checked {
  const { texts, findings } = readRuleTexts([path]);
  if (findings.length > 0) return { files: texts.length, rules: 0, findings };
  const isFolder = statSync(path).isDirectory();
  if (isFolder && texts.some((text) => kindOf(text) === 'rules')) return checkRules(texts);
  return total(texts.map(checkFile));
}

function checkFile(text: RuleText): Checked {
  const kind = kindOf(text);
  if (kind === 'rules') return checkRules([text]);
  if (kind === 'config') {
    const { findings } = readConfig(text.file, text.text, process.env);
    return { files: 1, rules: 0, findings };
  }
  const message = kind === 'tests' ? 'holds rule tests' : 'is neither a rule file nor a configuration';
  const cure =
    kind === 'tests'
      ? 'name the rule files themselves; this version cannot run rule tests'
      : `a rule file begins with groups:, a configuration with ${Object.keys(configSchema.shape).join(':, ')}:`;
  return { files: 1, rules: 0, findings: [fileFinding(text.file, message, cure)] };
}

function checkRules(texts: readonly RuleText[]): Checked {
  const { rules, findings } = compileRules(texts);
  return { files: texts.length, rules: rules.length, findings };
}

function kindOf({ file, text }: RuleText): 'rules' | 'config' | 'tests' | 'unknown' {
  const { value } = new YamlSource(file, text);
  // A file with broken syntax has no value; its lines still tell what it is meant to be.
  const keys =
    value === undefined || value === null
      ? [...text.matchAll(/^([a-z]+)\s*:/gm)].map(([, key]) => key)
      : Object.keys(Object(value));
  if (keys.includes('groups')) return 'rules';
  if (keys.includes('tests')) return 'tests';
  if (keys.some((key) => key in configSchema.shape) || basename(file) === DEFAULT_CONFIG_FILE)
    return 'config';
  return keys.length === 0 ? 'rules' : 'unknown';
}

function total(parts: readonly Checked[]): Checked {
  return {
    files: parts.reduce((sum, { files }) => sum + files, 0),
    rules: parts.reduce((sum, { rules }) => sum + rules, 0),
    findings: inReadingOrder(parts.flatMap(({ findings }) => findings)),
  };
}

const RED = '\u001b[31m';
const YELLOW = '\u001b[33m';
const DIM = '\u001b[2m';
const PLAIN = '\u001b[0m';

/** The place and the message, the line with carets under the fault, and the cure. */
function show(finding: Finding, isColoured: boolean): string {
  const paint = (colour: string, text: string) => (isColoured ? colour + text + PLAIN : text);
  const { file, line, column, severity, excerpt, length, cure } = finding;
  const colour = isError(finding) ? RED : YELLOW;
  const lines = [`${file}:${line}:${column} ${paint(colour, severity)} ${findingText(finding)}`];
  const margin = ' '.repeat(String(line).length);
  if (excerpt !== '') {
    // Tabs are kept in front of the carets, so that they stand below the fault however wide a tab is shown.
    const indent = excerpt.slice(0, column - 1).replace(/[^\t]/g, ' ');
    lines.push(`  ${paint(DIM, `${line} |`)} ${excerpt}`);
    lines.push(`  ${paint(DIM, `${margin} |`)} ${indent}${paint(colour, '^'.repeat(length))}`);
  }
  if (cure !== '') lines.push(`  ${margin} ${paint(DIM, '=')} ${cure}`);
  return `${lines.join('\n')}\n\n`;
}

function summary({ files, rules, findings }: Checked): string {
  const errors = findings.filter(isError).length;
  const warnings = findings.length - errors;
  const faults = [
    ...(errors ? [count(errors, 'error')] : []),
    ...(warnings ? [count(warnings, 'warning')] : []),
  ];
  const known = rules > 0 ? ` with ${count(rules, 'rule')}` : '';
  return `${count(files, 'file')}${known}: ${faults.length > 0 ? faults.join(', ') : 'no faults found'}`;
}

function count(n: number, one: string): string {
  return `${n} ${one}${n === 1 ? '' : 's'}`;
}

/** `; left out: 2 of 600 rows, 1 label`, or nothing. */
function leftOut({ rows, leftOutRows, leftOutLabels }: CheckedTraces): string {
  const parts = [
    ...(leftOutRows ? [`${leftOutRows} of ${count(rows, 'row')}`] : []),
    ...(leftOutLabels ? [count(leftOutLabels, 'label')] : []),
  ];
  return parts.length > 0 ? `; left out: ${parts.join(', ')}` : '';
}
