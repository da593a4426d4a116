import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { formatPlace, Problem } from '../../src/problem.js';
import { type Fault, type Label, type Labels, readLabels } from './labels.js';

/** A folder with labels.json and the traces that it speaks of. */
export interface TraceSet {
  readonly name: string;
  readonly folder: string;
  readonly labels: Labels;
  /** Traces with a label, by file. */
  readonly traces: readonly {
    readonly file: string;
    readonly trace: string;
    readonly labels: readonly Label[];
  }[];
}

export interface FoundSets {
  readonly sets: readonly TraceSet[];
  readonly faults: readonly Fault[];
  /** Traces beside a labels.json that has nothing about them. */
  readonly unlabelled: readonly string[];
  /** Labels that have a fault, and labels of traces that are not there. */
  readonly leftOut: { readonly faulty: number; readonly traceless: number };
}

/** Which nodes to score. */
export type Wanted = (label: Label) => boolean;

/** All sets in these folders and the folders in them, in the order of their paths. */
export function findSets(folders: readonly string[], isWanted: Wanted = () => true): FoundSets {
  const sets: TraceSet[] = [];
  const faults: Fault[] = [];
  const unlabelled: string[] = [];
  const leftOut = { faulty: 0, traceless: 0 };
  for (const folder of folders.flatMap((each) => labelledFolders(each, faults))) {
    try {
      const labels = readLabels(folder);
      faults.push(...labels.faults);
      const files = readdirSync(folder).filter((name) => name.endsWith('.csv'));
      const known = new Set(labels.labels.map((label) => `${label.trace}.csv`));
      unlabelled.push(...files.filter((name) => !known.has(name)).map((name) => join(folder, name)));
      const missing = missingTraces(labels, new Set(files));
      faults.push(...missing);
      leftOut.faulty += labels.leftOut;
      leftOut.traceless += missing.length;
      const traces = files
        .sort()
        .map((name) => ({
          file: join(folder, name),
          trace: name.replace(/\.csv$/, ''),
          labels: labels.labels.filter((label) => `${label.trace}.csv` === name && isWanted(label)),
        }))
        .filter((trace) => trace.labels.length > 0);
      sets.push({ name: basename(folder), folder, labels, traces });
    } catch (error) {
      faults.push(faultOf(error));
    }
  }
  return { sets, faults, unlabelled, leftOut };
}

function labelledFolders(folder: string, faults: Fault[]): string[] {
  if (!existsSync(folder) || !statSync(folder).isDirectory()) {
    const message = existsSync(folder) ? 'is not a folder' : 'is not there';
    faults.push({
      place: folder,
      message,
      cure: 'Name a folder with labels.json and traces, or one of such.',
    });
    return [];
  }
  const found = foldersWithLabels(folder);
  if (found.length === 0) {
    const cure = 'Put a labels.json beside the traces; see accuracy/README.md for its fields.';
    faults.push({ place: folder, message: 'has no labels.json in it or in its folders', cure });
  }
  return found;
}

function foldersWithLabels(folder: string): string[] {
  if (existsSync(join(folder, 'labels.json'))) return [folder];
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => join(folder, entry.name))
    .sort()
    .flatMap(foldersWithLabels);
}

function missingTraces(labels: Labels, files: ReadonlySet<string>): Fault[] {
  return labels.labels
    .filter((label) => !files.has(`${label.trace}.csv`))
    .map((label) => ({
      place: labels.placeOf(label),
      message: `there is no ${label.trace}.csv beside it`,
      cure: 'Add the trace, or remove its label.',
    }));
}

/** @throws what is not a Problem: a bug */
export function faultOf(error: unknown): Fault {
  if (!(error instanceof Problem)) throw error;
  return { place: formatPlace(error.place), message: error.message, cure: error.cure };
}
