import { theilSen } from '../estimators/theil-sen.js';
import { shareAhead } from '../excursions.js';
import { LEAST_LATE, newestTraffic, trafficMoved } from '../traffic.js';
import { along, BY_TIME, type Points, type ShapeModel, slopeDeviation } from './shape.js';

/** Belief that this time traffic goes beyond its earlier crests, against one count for each of them. */
const BEYOND = 0.5;

/**
 * A level that goes with traffic, y = a + b r, while traffic goes on as it has of late: the level on the rate of requests,
 * and the rate on time, both by Theil-Sen. How well it explains is judged with the rates that came, since it foretells
 * memory, not traffic. It goes on as far as traffic does: a rate that needs to rise by only a tenth more has come far on its
 * way, one that slackens or was at this height before and fell again has not.
 */
function following(over: ShapeModel['over'], prior: number): ShapeModel {
  return {
    shape: 'load-driven',
    over,
    prior,
    fit(points, from, to, scratch, score) {
      if (to - from < LEAST_LATE) return null;
      const { x, y, rate } = points;
      const moved = trafficMoved(points, from, to);
      if (moved === 0) return null;
      const follows = theilSen(rate, y, from, to, 0, scratch, true);
      if (!follows || follows.slope <= 0) return null;
      const start = climbOf(points, to);
      const traffic = newestTraffic(points, start, to, score, scratch);
      if (!traffic) return null;
      const now = x[to - 1];
      const rateNow = traffic.intercept + traffic.slope * now;
      const base = follows.intercept + follows.slope * rateNow;
      const needed = (target: number): number => rateNow + (target - base) / follows.slope;
      const lowest = rate[start];
      const whole = (rate[to - 1] - lowest) / Math.max(1e-9, now - x[start]);
      const bend = whole > 0 ? Math.min(1, Math.max(0, traffic.slope / whole)) : 0;
      const momentum = (target: number): number =>
        bend * (BEYOND / (BEYOND + crestsBefore(rate, start, rateNow, needed(target), moved)));
      return {
        ...along(BY_TIME, now, base, follows.slope * traffic.slope, follows.slope * slopeDeviation(traffic)),
        momentum,
        traffic: (target) => ({ now: rateNow, needed: needed(target) }),
        progress(target) {
          return momentum(target) * Math.max(0, Math.min(1, (rateNow - lowest) / (needed(target) - lowest)));
        },
        explained: (index) => follows.intercept + follows.slope * rate[index],
      };
    },
  };
}

/** Over the whole stretch: waves that have come and gone are seen to explain the level. */
export const loadDriven = following('whole', 0.07);

/** Over the climb that is going on. */
export const loadDrivenOfLate = following('climb', 0.07);

/** Where the climb of traffic began that the newest point is the end of: its last low before a rise of most of the range. */
function climbOf({ rate }: Points, to: number): number {
  let start = to - 1;
  const high = rate[start];
  for (let i = to - 2; i >= 0; i--) {
    if (rate[i] < rate[start]) start = i;
    // Higher than where the climb has come to by a good part of it: that was another crest.
    else if (rate[i] > rate[start] + 0.6 * Math.max(0, high - rate[start]) && rate[start] < 0.85 * high)
      break;
  }
  return start;
}

/**
 * Crests before `start`, a rise and a fall of a third of the range each, that ended before the rate `needed`. One that came as
 * high as traffic is now counts whole; one that has been outgrown by as much as is still ahead of it, from there to `needed`.
 */
function crestsBefore(rate: Float64Array, start: number, now: number, needed: number, range: number): number {
  let crests = 0;
  let peak = Number.NEGATIVE_INFINITY;
  for (let i = 0; i <= start; i++) {
    if (rate[i] > peak) peak = rate[i];
    else if (peak - rate[i] > range / 3) {
      crests += shareAhead(peak, now, needed);
      peak = Number.NEGATIVE_INFINITY;
    }
  }
  return crests;
}
