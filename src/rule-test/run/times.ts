/**
 * When tests begin, unix ms. Midnight in UTC, so that the times of day in messages are the times of the test; a whole
 * number of days, so that the windows of the models lie as they do in a replay, which begins at 0.
 */
export const TEST_BEGIN_MS = Date.UTC(2026, 0, 1);

/** A time of the test as it is written in the file: `1h5m15s`. */
export function testTime(ms: number): string {
  if (!Number.isFinite(ms)) return 'the end';
  const tenths = Math.round(ms / 100);
  const [hours, minutes, seconds] = [
    Math.floor(tenths / 36_000),
    Math.floor(tenths / 600) % 60,
    (tenths % 600) / 10,
  ];
  const parts = [hours && `${hours}h`, minutes && `${minutes}m`, seconds && `${seconds}s`].filter(Boolean);
  return parts.join('') || '0s';
}
