import { useEffect } from 'preact/hooks';
import { useCell } from '../kit/cell.js';
import { link, news, serviceNow } from '../kit/live.js';
import { loadSession } from '../kit/session.js';
import { useNow } from '../kit/use-now.js';
import { formatDuration, formatTime } from '../kit/words.js';

/** A moment without a connection is no news. */
const SHOWN_AFTER_MS = 1500;

/** Says in place that the connection is lost, and of when what is shown is. */
export function LinkNotice() {
  const { state, since } = useCell(link);
  const seen = useCell(news);
  useNow(1000);
  const now = Date.now();
  // A session may be over; then signing in is asked for.
  useEffect(() => {
    if (state === 'lost') loadSession().catch(() => {});
  }, [state]);
  const isShown = state === 'lost' && now - since > SHOWN_AFTER_MS;
  return (
    <div role="status" class={isShown ? 'link-notice' : 'hidden'}>
      {isShown && (
        <>
          <strong>Connection lost</strong> {formatDuration(now - since)} ago.{' '}
          {seen ? `What you see is of ${formatTime(seen.at, serviceNow())}. ` : ''}The page connects again by
          itself.
        </>
      )}
    </div>
  );
}
