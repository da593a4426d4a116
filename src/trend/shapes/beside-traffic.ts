import { theilSen } from '../estimators/theil-sen.js';
import { trafficMoved } from '../traffic.js';
import { leastSquaresSlope, makeSums, sumUp } from './least-squares.js';
import { along, BY_TIME, type ShapeModel, slopeDeviation } from './shape.js';

/** Fewer points cannot tell traffic and time apart; nor can traffic of which time explains all but this share. */
const LEAST_POINTS = 6;
const LEAST_APART = 0.05;

/**
 * A leak under a wave, y = a + b r + c x: what goes with the rate of requests r, apart from what grows with time x. b is the
 * Theil-Sen slope of what time leaves of the level on what time leaves of the rate (partial regression: Frisch & Waugh,
 * Econometrica 1, 1933), c that of the level less b r on time. Traffic is taken to stay as it is; time goes on. Over the whole
 * stretch, where waves have come and gone: within one climb the two cannot be told apart.
 */
export const linearBesideTraffic: ShapeModel = {
  shape: 'linear',
  over: 'whole',
  by: 'time beside traffic',
  prior: 0.08,
  fit(points, from, to, scratch, score) {
    if (to - from < LEAST_POINTS || trafficMoved(points, from, to) === 0) return null;
    const { x, y, rate } = points;
    const { transformed: rateLeft, best: levelLeft } = scratch;
    const levelByTime = leastSquaresSlope(x, y, from, to);
    sumUp(x, rate, from, to, sums);
    const rateByTime = sums.uy / sums.uu;
    if (!(sums.yy - rateByTime * sums.uy > LEAST_APART * sums.yy)) return null;
    for (let i = from; i < to; i++) {
      rateLeft[i] = rate[i] - rateByTime * x[i];
      levelLeft[i] = y[i] - levelByTime * x[i];
    }
    const follows = theilSen(rateLeft, levelLeft, from, to, 0, scratch, true);
    if (!follows || follows.slope <= 0) return null;
    const withoutTraffic = levelLeft;
    for (let i = from; i < to; i++) withoutTraffic[i] = y[i] - follows.slope * rate[i];
    const line = theilSen(x, withoutTraffic, from, to, score, scratch);
    if (!line) return null;
    const now = x[to - 1];
    const explained = (index: number): number =>
      line.intercept + line.slope * x[index] + follows.slope * rate[index];
    const fit = along(BY_TIME, now, explained(to - 1), line.slope, slopeDeviation(line));
    return { ...fit, explained };
  },
};

const sums = makeSums();
