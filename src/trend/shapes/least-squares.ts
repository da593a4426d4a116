/** Number and centred sums of points (u, y) for least squares. */
export interface Sums {
  n: number;
  /** Sums of u and y, counted from the first point. */
  u: number;
  y: number;
  /** Sums of squares and of the product about the means. */
  uu: number;
  uy: number;
  yy: number;
}

/** Scratch memory of those who ask often. */
export const makeSums = (): Sums => ({ n: 0, u: 0, y: 0, uu: 0, uy: 0, yy: 0 });

/** The sums over points `from <= i < to`. */
export function sumUp(u: Float64Array, y: Float64Array, from: number, to: number, into: Sums): Sums {
  const n = to - from;
  let su = 0;
  let sy = 0;
  let suu = 0;
  let suy = 0;
  let syy = 0;
  // Relative to the first values, so that the sums of squares keep their digits.
  const u0 = u[from];
  const y0 = y[from];
  for (let i = from; i < to; i++) {
    const du = u[i] - u0;
    const dy = y[i] - y0;
    su += du;
    sy += dy;
    suu += du * du;
    suy += du * dy;
    syy += dy * dy;
  }
  into.n = n;
  into.u = su;
  into.y = sy;
  into.uu = suu - (su * su) / n;
  into.uy = suy - (su * sy) / n;
  into.yy = syy - (sy * sy) / n;
  return into;
}

const sums = makeSums();

/** Slope of the ordinary least squares line; 0 where all u are one. */
export function leastSquaresSlope(u: Float64Array, y: Float64Array, from: number, to: number): number {
  const { uu, uy } = sumUp(u, y, from, to, sums);
  return uu > 0 ? uy / uu : 0;
}

/**
 * Sum of squared residuals of the ordinary least squares line of y on u over `from <= i < to`: Syy - Suy^2 / Suu
 * about the means. Cheap, for choosing between curvatures; the line itself is then fitted robustly.
 */
export function leastSquaresResidual(u: Float64Array, y: Float64Array, from: number, to: number): number {
  const { uu, uy, yy } = sumUp(u, y, from, to, sums);
  return yy - (uu > 0 ? (uy * uy) / uu : 0);
}
