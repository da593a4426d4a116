import { lineOf } from '../estimators/known-lines.js';
import { extremes } from '../estimators/order.js';
import { theilSen } from '../estimators/theil-sen.js';
import { LEAST_MOVED, type ShapeModel, SLOPE_SCORE } from './shape.js';

/** Traffic goes on to change as it has of late for this share of the stretch, and stays where that has brought it. */
const CHANGE_AHEAD = 0.5;

/** Fewer points than this of traffic's newest course are a guess. */
const LEAST_LATE = 5;

/**
 * Growth with every request that is served, y = a + b R, where R is their number since the stretch began: a response buffer or a
 * session that is never let go. Theil-Sen of the level on R. Under growing traffic it bends upwards, in a lull it rests. How many
 * requests are to come is foretold by the rate's own line over the newer half of the points.
 */
export const linearPerRequest: ShapeModel = {
  shape: 'linear',
  over: 'climb',
  by: 'requests',
  prior: 0.15,
  fit(points, from, to, scratch, score) {
    if (!points.hasRate || to - from < LEAST_LATE) return null;
    const { x, y, rate } = points;
    const { low, high } = extremes(rate, from, to);
    // Under even traffic growth by requests is growth by time.
    if (!(high - low > LEAST_MOVED * high)) return null;
    const served = scratch.transformed;
    served[from] = 0;
    for (let i = from + 1; i < to; i++)
      served[i] = served[i - 1] + ((rate[i - 1] + rate[i]) / 2) * (x[i] - x[i - 1]);
    const line = theilSen(served, y, from, to, score, scratch);
    if (!line || line.slope <= 0) return null;
    const deviation = (line.high - line.low) / (2 * SLOPE_SCORE);
    const newest = served[to - 1];
    const base = line.intercept + line.slope * newest;
    const now = x[to - 1];
    const length = now - x[from];
    const late = Math.max(from, to - Math.max(LEAST_LATE, Math.ceil((to - from) / 2)));
    const traffic = lineOf(points, rate, late, to, 0, scratch);
    if (!traffic) return null;
    const rateNow = Math.max(0, traffic.intercept + traffic.slope * now);
    const coming = trafficAhead(rateNow, traffic.slope, CHANGE_AHEAD * length, newest / length);
    return {
      perRequest: line.slope,
      level: (at, normal) => base + (line.slope + normal * deviation) * coming.served(at - now),
      crossing(target, at, normal) {
        const slope = line.slope + normal * deviation;
        if (base + slope * coming.served(at - now) >= target) return at;
        return slope > 0 ? now + coming.until((target - base) / slope) : Number.POSITIVE_INFINITY;
      },
    };
  },
};

/** Requests to come, in requests a ms times x. */
interface TrafficAhead {
  /** How many have come x ahead of now. */
  served(ahead: number): number;
  /** When so many have come; Infinity where none come any more. */
  until(requests: number): number;
}

/**
 * A rate that goes on to change by `change` for each x until `lasting` ahead, and stays there. One that slackens falls no further
 * than to what it was on the average, `usual`: lulls end.
 */
export function trafficAhead(rateNow: number, change: number, lasting: number, usual: number): TrafficAhead {
  const drawnOn = rateNow + change * lasting;
  const end = change > 0 ? drawnOn : Math.max(Math.min(rateNow, usual), drawnOn);
  const changing = end === rateNow ? 0 : (end - rateNow) / change;
  const meanwhile = ((rateNow + end) / 2) * changing;
  return {
    served: (ahead) =>
      ahead <= changing
        ? rateNow * ahead + (change * ahead * ahead) / 2
        : meanwhile + end * (ahead - changing),
    until(requests) {
      if (requests <= 0) return 0;
      if (requests > meanwhile || changing === 0)
        return end > 0 ? changing + (requests - meanwhile) / end : Number.POSITIVE_INFINITY;
      return (Math.sqrt(Math.max(0, rateNow * rateNow + 2 * change * requests)) - rateNow) / change;
    },
  };
}
