import { useRef, useState } from 'preact/hooks';
import { serviceNow } from '../../kit/live.js';
import { formatCount, formatTime } from '../../kit/words.js';
import { ErrorNote } from '../../parts/notes.js';
import { Counts } from './counts.js';
import { NodeTable } from './node-table.js';
import { Timeline } from './timeline.js';
import { type Range, useBacktest } from './use-backtest.js';

interface PanelProps {
  readonly file: string;
  readonly text: string;
  /** Rules that the edit changes. */
  readonly changed: readonly string[];
  /** Why it cannot be begun. */
  readonly whyNot: string | undefined;
}

const RANGES: readonly (readonly [Range, string])[] = [
  ['day', 'the last day'],
  ['week', 'the last week'],
  ['month', 'the last month'],
];

/** When the edited rules would have fired over the stored history, against when the armed ones would have. */
export function BacktestPanel({ file, text, changed, whyNot }: PanelProps) {
  const [range, setRange] = useState<Range>('day');
  const { job, fault, start, cancel } = useBacktest();
  const tested = useRef('');
  const isRunning = job?.state === 'running';
  const begin = () => {
    tested.current = text;
    void start(file, text, range);
  };
  return (
    <section class="card backtest" aria-labelledby="backtest-title">
      <h2 id="backtest-title">Backtest</h2>
      <p class="quiet">
        Takes {changed.length === 0 ? 'the rules of this file' : formatCount(changed.length, 'changed rule')}{' '}
        over the stored history and compares with what is armed.
      </p>
      <div class="backtest-wish">
        <label for="range">Over</label>
        <select
          id="range"
          value={range}
          disabled={isRunning}
          onChange={({ currentTarget }) => setRange(currentTarget.value as Range)}
        >
          {RANGES.map(([value, words]) => (
            <option key={value} value={value}>
              {words}
            </option>
          ))}
        </select>
        {isRunning ? (
          <button type="button" class="plain" onClick={cancel}>
            Cancel
          </button>
        ) : (
          <button type="button" disabled={whyNot !== undefined} title={whyNot} onClick={begin}>
            Run the backtest
          </button>
        )}
        {whyNot && <span class="quiet">{whyNot}</span>}
      </div>
      {isRunning && (
        <p>
          <label for="backtest-done">Done: {Math.floor(job.done * 100)} %</label>{' '}
          <progress id="backtest-done" max={1} value={job.done} />
        </p>
      )}
      {fault && <ErrorNote fault={fault} {...(isRunning ? {} : { onRetry: begin })} />}
      {job?.fault && <ErrorNote fault={job.fault} onRetry={begin} />}
      <p role="status" class="backtest-status">
        {job?.state === 'cancelled' && 'Cancelled.'}
        {job?.result &&
          `${formatCount(job.result.edited.length, 'alert')} of the edited rules against ${job.result.armed.length} of the armed.`}
      </p>
      {job?.result && (
        <>
          {tested.current !== text && <p class="stale">The text has changed since; run it again.</p>}
          <p class="quiet">
            {formatCount(job.result.nodes, 'node')}, {formatTime(job.result.from, serviceNow())} to{' '}
            {formatTime(job.result.to, serviceNow())}, one sample a node in {job.result.step_ms / 1000} s:
            alerts come up to so much later than live. {job.result.notes.join(' ')}
          </p>
          <Timeline result={job.result} />
          <NodeTable result={job.result} />
          <Counts result={job.result} />
        </>
      )}
    </section>
  );
}
