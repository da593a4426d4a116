import type { TimeScale } from '../kit/time-scale.js';
import { formatDuration, formatExactly } from '../kit/words.js';

interface RangeBarProps {
  readonly scale: TimeScale;
  readonly now: number;
  readonly p10: number | null;
  readonly p50: number | null;
  readonly p90: number | null;
}

/** The likely time of the breach, p10 to p90 with the median marked, on the axis that all rows share. */
export function RangeBar({ scale, now, p10, p50, p90 }: RangeBarProps) {
  if (p10 === null || p50 === null || p90 === null) return <span class="quiet">no breach expected</span>;
  const [from, middle, to] = [p10, p50, p90].map((time) => scale.at(time - now) * 100);
  const title = `median ${formatExactly(p50)}; p10 ${formatExactly(p10)}; p90 ${formatExactly(p90)}`;
  const words = p50 <= now ? 'due now' : formatDuration(p50 - now);
  return (
    <span class="range-cell" title={title}>
      <span class="range-words">{words}</span>
      <svg class="range" viewBox="0 0 100 12" preserveAspectRatio="none" aria-hidden="true">
        {scale.ticks.map(({ at }) => (
          <rect key={at} class="range-tick" x={at * 100} width="0.3" height="12" />
        ))}
        <rect class="range-span" x={from} y="3" width={Math.max(1, to - from)} height="6" />
        <rect class="range-median" x={Math.min(99, Math.max(0, middle - 0.5))} width="1" height="12" />
      </svg>
    </span>
  );
}

/** The axis itself, for the head of the column. */
export function RangeAxis({ scale }: { readonly scale: TimeScale }) {
  return (
    <svg class="range-axis" aria-hidden="true" height="12" width="100%">
      {scale.ticks.map(({ at, text }) => (
        <text key={at} x={`${at * 100}%`} y="10" text-anchor={at > 0.9 ? 'end' : 'middle'}>
          {text}
        </text>
      ))}
    </svg>
  );
}
