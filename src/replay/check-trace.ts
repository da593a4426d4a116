import { type Finding, fileFinding } from '../evaluate/index.js';
import { Problem } from '../problem.js';
import { Registry, Rows } from '../telemetry/index.js';
import { Trend } from '../trend/index.js';
import { type OddNode, OddTelemetry } from './odd-telemetry.js';
import { toldOddities } from './odd-text.js';
import { readTrace, takeRow, traceName } from './trace-file.js';

/** Of a file with more faults than this, the rest is only counted: it is most likely one fault, in every row. */
const MOST_FAULTS = 20;

export interface CheckedTrace {
  readonly trace: string;
  readonly rows: number;
  readonly leftOut: number;
  readonly nodes: ReadonlySet<string>;
  /** Rows with a fault as errors; what is odd about the telemetry of the others as warnings. */
  readonly findings: readonly Finding[];
}

/** Reads all of a trace, past its faults. */
export async function checkTrace(file: string): Promise<CheckedTrace> {
  const trend = new Trend([]);
  const registry = new Registry({ nodes: Number.POSITIVE_INFINITY, labelsPerNode: 1 });
  const odd = new OddTelemetry();
  const into = new Rows(1);
  const findings: Finding[] = [];
  let rows = 0;
  let leftOut = 0;
  const onFault = (fault: Problem, text: string): void => {
    if (++leftOut <= MOST_FAULTS) findings.push(faultFinding(fault, text));
  };
  try {
    for await (const row of readTrace(file, onFault)) {
      rows++;
      const node = takeRow(row, row.time * 1000, registry, into);
      trend.observe(into, registry);
      odd.note(trend, node, row.time, row.line);
    }
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    findings.push(faultFinding(error, ''));
  }
  if (leftOut > MOST_FAULTS) findings.push(moreFaults(file, leftOut - MOST_FAULTS, findings));
  findings.push(...oddFindings(file, odd.finish(trend)));
  const nodes = new Set(registry.nodes.map(({ name }) => name));
  return { trace: traceName(file), rows, leftOut, nodes, findings };
}

function faultFinding({ place, message, cure }: Problem, text: string): Finding {
  const { file = '', line = 1, column = 1 } = place;
  // A fault of the whole row stands at its beginning; one of a cell is as long as the cell.
  const isCell = column > 1;
  const length = isCell ? Math.max(1, /^[^,]*/.exec(text.slice(column - 1))?.[0].length ?? 1) : 1;
  return { ...fileFinding(file, message, cure, 'trace/bad-row'), line, column, length, excerpt: text };
}

function moreFaults(file: string, count: number, findings: readonly Finding[]): Finding {
  const { line } = findings[findings.length - 1];
  const message = `${count} more rows after this one have a fault`;
  return {
    ...fileFinding(file, message, 'Correct those above first, and check again.', 'trace/bad-row'),
    line,
  };
}

function oddFindings(file: string, odd: readonly OddNode[]): Finding[] {
  return toldOddities(odd).map(({ line, text, cure }) => ({
    ...fileFinding(file, text, cure, 'trace/odd'),
    line,
    severity: 'warning',
  }));
}
