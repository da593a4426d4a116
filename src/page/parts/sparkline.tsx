const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** A line from base64 digits, 0 to 63, one a point; a space is a hole. For the eye alone: the numbers stand beside it. */
export function Sparkline({ points }: { readonly points: string }) {
  const step = 100 / Math.max(1, points.length - 1);
  const heights = [...points].map((digit) => DIGITS.indexOf(digit));
  let path = '';
  for (const [index, height] of heights.entries()) {
    if (height < 0) continue;
    const isAfterHole = index === 0 || heights[index - 1] < 0;
    path += `${isAfterHole ? 'M' : 'L'}${(index * step).toFixed(1)} ${(22 - (height / 63) * 20).toFixed(1)}`;
    if (isAfterHole) path += 'h.1';
  }
  return (
    <svg class="spark" viewBox="0 0 100 24" preserveAspectRatio="none" aria-hidden="true">
      <path d={path} />
    </svg>
  );
}
