import { existsSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { Command, Option } from 'commander';
import { configSchema, DEFAULT_CONFIG_FILE, readConfig } from '../config/index.js';
import {
  compileRules,
  type Finding,
  fileFinding,
  inReadingOrder,
  isError,
  type RuleText,
  readRuleTexts,
  YamlSource,
} from '../evaluate/index.js';
import { packageRoot } from '../paths.js';
import { loadTestFile } from '../rule-test/index.js';
import { type CheckedTraces, checkTraces, tracePathsOf } from './check-traces.js';
import { progress } from './progress.js';
import { isColoured, showFinding } from './show-finding.js';

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
      const texts = await Promise.all(paths.filter((path) => !isAllTraces(path)).map(checkPath));
      const checked = total(traces ? [{ ...traces, rules: 0 }, ...texts] : texts);
      const inColour = isColoured(process.stdout);
      const text =
        format === 'json'
          ? `${JSON.stringify(checked, null, 2)}\n`
          : checked.findings.map((finding) => showFinding(finding, inColour)).join('');
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
async function checkPath(path: string): Promise<Checked> {
  const { texts, findings } = readRuleTexts([path]);
  if (findings.length > 0) return { files: texts.length, rules: 0, findings };
  const isFolder = statSync(path).isDirectory();
  if (isFolder && texts.some((text) => kindOf(text) === 'rules')) return checkRules(texts);
  return total(await Promise.all(texts.map(checkFile)));
}

async function checkFile(text: RuleText): Promise<Checked> {
  const kind = kindOf(text);
  if (kind === 'rules') return checkRules([text]);
  if (kind === 'config') {
    const { findings } = readConfig(text.file, text.text, process.env);
    return { files: 1, rules: 0, findings };
  }
  if (kind === 'tests') return { files: 1, rules: 0, findings: (await loadTestFile(text.file)).findings };
  const message = 'is neither a rule file nor a configuration';
  const cure = `a rule file begins with groups:, a configuration with ${Object.keys(configSchema.shape).join(':, ')}:`;
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
