/**
 * Standard deviation of independent noise about a smooth curve through the points 0 <= i < n, whatever the curve: each point is
 * compared with the line through its two neighbours (pseudo-residuals; Gasser, Sroka & Jennen-Steinmetz, Biometrika 73, 1986).
 * Exact for a line at any spacing. A step counts with what it is. x must not decrease; 0 for fewer than three points.
 */
export function noiseDeviation(x: ArrayLike<number>, y: ArrayLike<number>, n: number): number {
  if (n < 3) return 0;
  let squares = 0;
  for (let i = 1; i < n - 1; i++) {
    const run = x[i + 1] - x[i - 1];
    const ofBefore = run > 0 ? (x[i + 1] - x[i]) / run : 0.5;
    const ofAfter = 1 - ofBefore;
    const miss = ofBefore * y[i - 1] + ofAfter * y[i + 1] - y[i];
    squares += (miss * miss) / (ofBefore * ofBefore + ofAfter * ofAfter + 1);
  }
  return Math.sqrt(squares / (n - 2));
}
