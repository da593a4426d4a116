import type { Outline } from '../../store/index.js';
import {
  type Registry,
  type Rows,
  SIGNAL_FACTS,
  SIGNAL_OF_COLUMN,
  SIGNALS,
  type Signal,
} from '../../telemetry/index.js';
import { thin } from './thin.js';

/** So many are written before others get their turn. */
const PIECE_LINES = 4000;

const COLUMNS = Object.entries(SIGNAL_OF_COLUMN) as (readonly [string, Signal])[];

/** The names under which a browser keeps it (RFC 6266): one that every system takes, and the true one. */
export function csvName(node: string, from: number, to: number): string {
  const day = (at: number) => new Date(at).toISOString().slice(0, 16).replaceAll(':', '');
  const name = `${node} ${day(from)} ${day(to)}.csv`;
  const plain = name.replace(/[^\w.@ -]+/g, '_').slice(-180);
  const coded = encodeURIComponent(name).replace(
    /['()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${plain}"; filename*=UTF-8''${coded}`;
}

/** Every sample, as a trace that `headroom replay` reads, in pieces of some thousand lines; times are unix seconds. */
export function* writeRaw(rows: Rows, node: string, registry: Registry): Generator<string> {
  const name = cell(node);
  let lines = [['time_s', 'node', 'version', ...COLUMNS.map(([column]) => column)].join(',')];
  for (let row = 0; row < rows.length; row++) {
    const version = registry.labelSets[rows.labels[row]]?.labels.version ?? '';
    const values = COLUMNS.map(([, signal]) => number(rows.get(row, signal)));
    lines.push([rows.time[row] / 1000, name, cell(version), ...values].join(','));
    if (lines.length < PIECE_LINES) continue;
    yield `${lines.join('\n')}\n`;
    lines = [];
  }
  if (lines.length > 0) yield `${lines.join('\n')}\n`;
}

/** What a picture shows: of each signal that varies within a stretch its lowest and highest value, of others the last. */
export function writeThinned(outline: Outline, from: number, stepMs: number): string {
  const { time, signals } = thin(outline, SIGNALS, from, stepMs);
  const columns = COLUMNS.flatMap(([column, signal]) => {
    const { low, high } = signals[signal];
    const isRange = ['gauge', 'state'].includes(SIGNAL_FACTS[signal].kind);
    return isRange
      ? [
          { column: `${column}_low`, values: low },
          { column: `${column}_high`, values: high },
        ]
      : [{ column, values: high }];
  });
  const lines = [['time_s', ...columns.map(({ column }) => column)].join(',')];
  for (const [row, at] of time.entries()) {
    // A point without any value stands for a gap in the picture.
    if (columns.every(({ values }) => values[row] === null)) continue;
    lines.push([at / 1000, ...columns.map(({ values }) => values[row] ?? '')].join(','));
  }
  return `${lines.join('\n')}\n`;
}

/** RFC 4180; what a spreadsheet would take for a formula begins with an apostrophe, as OWASP advises. */
function cell(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

function number(value: number): string {
  return Number.isNaN(value) ? '' : String(value);
}
