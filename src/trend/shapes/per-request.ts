import { theilSen } from '../estimators/theil-sen.js';
import { LEAST_LATE, newestTraffic, trafficMoved } from '../traffic.js';
import { along, type ShapeModel, slopeDeviation } from './shape.js';

/** Traffic goes on to change as it has of late for this share of the stretch, and stays where that has brought it. */
const CHANGE_AHEAD = 0.5;

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
    // Under even traffic growth by requests is growth by time.
    if (to - from < LEAST_LATE || trafficMoved(points, from, to) === 0) return null;
    const { x, y, rate } = points;
    const served = scratch.transformed;
    served[from] = 0;
    for (let i = from + 1; i < to; i++)
      served[i] = served[i - 1] + ((rate[i - 1] + rate[i]) / 2) * (x[i] - x[i - 1]);
    const line = theilSen(served, y, from, to, score, scratch);
    if (!line || line.slope <= 0) return null;
    const traffic = newestTraffic(points, from, to, 0, scratch);
    if (!traffic) return null;
    const now = x[to - 1];
    const length = now - x[from];
    const newest = served[to - 1];
    const rateNow = Math.max(0, traffic.intercept + traffic.slope * now);
    const ahead = trafficAhead(rateNow, traffic.slope, CHANGE_AHEAD * length, newest / length);
    const toCome = {
      uOf: (at: number): number => ahead.served(at - now),
      xOf: (requests: number): number => now + ahead.until(requests),
    };
    const base = line.intercept + line.slope * newest;
    return { ...along(toCome, 0, base, line.slope, slopeDeviation(line)), perRequest: line.slope };
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
