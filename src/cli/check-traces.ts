import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { type Finding, fileFinding } from '../evaluate/index.js';
import { type CheckedTrace, checkTrace, type Labels, readLabels } from '../replay/index.js';

export interface CheckedTraces {
  readonly files: number;
  readonly findings: readonly Finding[];
  readonly rows: number;
  readonly leftOutRows: number;
  readonly leftOutLabels: number;
}

/** The trace files and labels that a path names: itself, or what lies in the folder. */
export function tracePathsOf(path: string): string[] {
  if (!existsSync(path)) return isTrace(path) || isLabelsName(path) ? [path] : [];
  if (!statSync(path).isDirectory()) return isTrace(path) || isLabels(path) ? [path] : [];
  const names = readdirSync(path).filter((name) => isTrace(name) || isLabelsName(name));
  return names.sort().map((name) => join(path, name));
}

function isTrace(file: string): boolean {
  return file.endsWith('.csv');
}

function isLabelsName(file: string): boolean {
  return basename(file) === 'labels.json';
}

/** Labels may have another name; they are a list, and neither rules nor a configuration is one. */
function isLabels(file: string): boolean {
  return isLabelsName(file) || (file.endsWith('.json') && /^\s*\[/.test(readFileSync(file, 'utf8')));
}

/** Reads all of these files, past their faults, and says where labels speak of what is not in the traces. */
export async function checkTraces(paths: readonly string[], onFile: () => void): Promise<CheckedTraces> {
  const traces = new Map<string, CheckedTrace>();
  for (const file of paths.filter(isTrace)) {
    traces.set(join(file), await checkTrace(file));
    onFile();
  }
  const labels = paths
    .filter((path) => !isTrace(path))
    .map((file) => {
      const read = readLabels(file);
      onFile();
      return { read, strays: strayLabels(file, read, traces) };
    });
  const sum = (numbers: readonly number[]): number => numbers.reduce((all, each) => all + each, 0);
  const checked = [...traces.values()];
  return {
    files: paths.length,
    findings: [
      ...checked.flatMap(({ findings }) => findings),
      ...labels.flatMap(({ read, strays }) => [...read.findings, ...strays]),
    ],
    rows: sum(checked.map(({ rows, leftOut }) => rows + leftOut)),
    leftOutRows: sum(checked.map(({ leftOut }) => leftOut)),
    leftOutLabels: sum(labels.map(({ read }) => read.leftOut)),
  };
}

function strayLabels(file: string, { labels, placeOf }: Labels, traces: ReadonlyMap<string, CheckedTrace>) {
  return labels.flatMap((label): Finding[] => {
    const path = join(dirname(file), `${label.trace}.csv`);
    const at = (message: string, cure: string): Finding => ({
      ...fileFinding(file, message, cure, 'trace/bad-label'),
      ...placeOf(label),
    });
    if (!existsSync(path)) {
      return [at(`there is no ${label.trace}.csv beside it`, 'Add the trace, or remove its label.')];
    }
    const trace = traces.get(path);
    if (!trace || trace.nodes.has(label.node)) return [];
    const cure = 'Correct the name of the node, or remove the label.';
    return [at(`there is no node ${label.node} in ${label.trace}.csv`, cure)];
  });
}
