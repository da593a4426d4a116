import { formatBytes, formatShare } from '../kit/words.js';

interface BarProps {
  readonly use: number | null;
  /** Null where no limit is known: then there is no bar, only the number. */
  readonly limit: number | null;
}

const WARM = 0.75;
const HOT = 0.9;

/** Use against limit, in bytes. */
export function Bar({ use, limit }: BarProps) {
  if (use === null) return <span class="quiet">–</span>;
  if (limit === null) {
    return (
      <span class="bar-cell" title="No limit is known">
        <span class="bar-words">{formatBytes(use)}</span>
        <span class="quiet">no limit</span>
      </span>
    );
  }
  const share = use / limit;
  const heat = share >= HOT ? 'hot' : share >= WARM ? 'warm' : 'cool';
  const words = `${formatBytes(use)} of ${formatBytes(limit)}`;
  return (
    <span class="bar-cell" title={words}>
      <span class="bar-words">
        {formatShare(Math.min(share, 9.99))} <span class="quiet">of {formatBytes(limit)}</span>
      </span>
      <svg class="bar" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">
        <rect class="bar-ground" width="100" height="6" />
        <rect class={`bar-${heat}`} width={Math.min(100, share * 100)} height="6" />
      </svg>
    </span>
  );
}
