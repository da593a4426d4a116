import { BASE } from '../kit/router.js';
import { formatTime } from '../kit/words.js';
import { pan, type Range, SPANS, showSpan, zoom } from './range.js';

interface ToolbarProps {
  readonly node: string;
  readonly range: Range;
  readonly points: number;
  readonly now: number;
  readonly span: string | null;
}

/** Which stretch is shown, and how to take it away as a table. */
export function Toolbar({ node, range, points, now, span }: ToolbarProps) {
  const csv = `${BASE}api/v1/nodes/${encodeURIComponent(node)}/history.csv?from=${range.from}&to=${range.to}`;
  return (
    <fieldset class="range-bar" aria-label="Range">
      <div class="spans">
        {SPANS.map((each) => (
          <button
            key={each}
            type="button"
            class="plain"
            aria-pressed={range.isLive && (span ?? '6h') === each}
            onClick={() => showSpan(each)}
          >
            {each}
          </button>
        ))}
      </div>
      <div class="spans">
        <Step label="Earlier" sign="←" onClick={() => pan(range, -0.5, now)} />
        <Step label="Later" sign="→" onClick={() => pan(range, 0.5, now)} isOff={range.isLive} />
        <Step label="Zoom in" sign="+" onClick={() => zoom(range, 2)} />
        <Step label="Zoom out" sign="−" onClick={() => zoom(range, 1 / 2)} />
        <button
          type="button"
          class="plain"
          disabled={range.isLive}
          title={range.isLive ? 'The range ends now already.' : undefined}
          onClick={() => showSpan(`${Math.round((range.to - range.from) / 1000)}s`)}
        >
          Now
        </button>
      </div>
      <p class="quiet">
        {formatTime(range.from, now)} to {range.isLive ? 'now' : formatTime(range.to, now)}
      </p>
      <p class="csv">
        CSV:{' '}
        <a href={`${csv}&points=${points}`} download>
          as shown
        </a>
        ,{' '}
        <a href={csv} download>
          every sample
        </a>
      </p>
    </fieldset>
  );
}

interface StepProps {
  readonly label: string;
  readonly sign: string;
  readonly onClick: () => void;
  readonly isOff?: boolean;
}

function Step({ label, sign, onClick, isOff = false }: StepProps) {
  const title = isOff ? 'Nothing is later than now.' : label;
  return (
    <button type="button" class="plain" aria-label={label} title={title} disabled={isOff} onClick={onClick}>
      {sign}
    </button>
  );
}
