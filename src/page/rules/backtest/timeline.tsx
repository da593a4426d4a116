import { useMemo } from 'preact/hooks';
import type { ComparisonShape, PastAlertShape } from '../../../serve/rules/shapes.js';
import { serviceNow } from '../../kit/live.js';
import { formatTime } from '../../kit/words.js';
import { NodeLink } from '../../parts/name.js';
import { alertsByNode } from './by-node.js';

/** Nodes in the picture; the table below has more. */
const MOST_NODES = 20;
const WIDTH = 1000;
/** A short alert must still be seen. */
const LEAST_WIDTH = 4;

/** When alerts would have fired on each node: armed above, edited below, breaches across. */
export function Timeline({ result }: { readonly result: ComparisonShape }) {
  const rows = useMemo(() => alertsByNode(result).slice(0, MOST_NODES), [result]);
  if (rows.length === 0) return null;
  const { from, to } = result;
  const x = (time: number) => ((Math.min(Math.max(time, from), to) - from) / Math.max(1, to - from)) * WIDTH;
  const bar = (alert: PastAlertShape, kind: 'armed' | 'edited') => {
    const begin = Math.min(x(alert.fired_at), WIDTH - LEAST_WIDTH);
    const width = Math.max(LEAST_WIDTH, x(alert.resolved_at ?? to) - begin);
    const y = kind === 'armed' ? 2 : 15;
    return (
      <rect
        key={`${kind} ${alert.rule} ${alert.fired_at}`}
        class={`bar-of-${kind}`}
        x={begin}
        y={y}
        width={width}
        height="9"
      />
    );
  };
  const now = serviceNow();
  const marks = [from, (from + to) / 2, to].map((time) => formatTime(time, now));
  return (
    <figure class="timeline">
      <figcaption>
        <span class="swatch swatch-armed">armed, above</span>{' '}
        <span class="swatch swatch-edited">edited, below</span>{' '}
        <span class="swatch swatch-breach">limit reached</span>
      </figcaption>
      <ul>
        {rows.map(({ node, armed, edited, breaches }) => (
          <li key={node}>
            <NodeLink node={node} />
            <svg
              viewBox={`0 0 ${WIDTH} 26`}
              preserveAspectRatio="none"
              role="img"
              aria-label={wordsOf(armed, edited)}
            >
              <rect class="ground" width={WIDTH} height="26" />
              {armed.map((alert) => bar(alert, 'armed'))}
              {edited.map((alert) => bar(alert, 'edited'))}
              {breaches.map((at) => (
                <rect key={at} class="bar-of-breach" x={Math.min(x(at), WIDTH - 3)} width="3" height="26" />
              ))}
            </svg>
          </li>
        ))}
      </ul>
      <div class="timeline-axis" aria-hidden="true">
        {marks.map((text, index) => (
          <span key={`${index} ${text}`}>{text}</span>
        ))}
      </div>
    </figure>
  );
}

function wordsOf(armed: readonly PastAlertShape[], edited: readonly PastAlertShape[]): string {
  const now = serviceNow();
  const times = (alerts: readonly PastAlertShape[]) =>
    alerts.length === 0
      ? 'never'
      : alerts
          .slice(0, 5)
          .map(({ fired_at }) => formatTime(fired_at, now))
          .join(', ');
  return `armed fires ${times(armed)}; edited fires ${times(edited)}`;
}
