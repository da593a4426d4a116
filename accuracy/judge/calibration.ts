import type { Label } from '../read/labels.js';
import type { Forecast } from '../run/measure.js';
import { type Bias, biasOf, type Settled } from './bias.js';

/** Forecasts of about the same probability, and how many of them came true. */
export interface Bin extends Bias {
  readonly from: number;
  readonly to: number;
  readonly forecasts: number;
  /** Of the nodes that they speak of: forecasts of one node are not independent. */
  readonly nodes: number;
  readonly said: number;
  readonly came: number;
}

export interface Calibration {
  readonly forecasts: number;
  readonly bins: readonly Bin[];
  /** Mean of (probability - came)^2: 0 is perfect, and always saying the base rate gives `brierOfBaseRate`. */
  readonly brier: number;
  readonly brierOfBaseRate: number;
  /** Of all forecasts; null without any. */
  readonly bias: Bias | null;
}

const EDGES = [0, 0.05, 0.2, 0.4, 0.6, 0.8, 0.95, 1];

/**
 * Probabilities against what came: each forecast before the breach, and all of a benign node, whose label says that no
 * breach came although the recording may end within the horizon.
 */
export function calibrate(
  nodes: readonly { readonly label: Label; readonly forecasts: readonly Forecast[] }[],
): Calibration {
  const outcomes = nodes.flatMap(({ label, forecasts }, node): Settled[] => {
    const breach = label.outcome === 'breach' ? label.breach_s : Number.POSITIVE_INFINITY;
    return forecasts
      .filter(({ at }) => at < breach)
      .map(({ at, probability, horizonS }) => ({
        node,
        probability,
        came: breach - at <= horizonS ? 1 : 0,
      }));
  });
  const bins = EDGES.slice(1).flatMap((to, i): Bin[] => {
    const from = EDGES[i];
    const inside = outcomes.filter(({ probability }) => {
      return probability >= from && (probability < to || (to === 1 && probability <= 1));
    });
    if (inside.length === 0) return [];
    return [
      {
        from,
        to,
        forecasts: inside.length,
        nodes: new Set(inside.map(({ node }) => node)).size,
        said: mean(inside.map(({ probability }) => probability)),
        came: mean(inside.map(({ came }) => came)),
        ...biasOf(inside),
      },
    ];
  });
  const rate = mean(outcomes.map(({ came }) => came));
  return {
    forecasts: outcomes.length,
    bins,
    brier: mean(outcomes.map(({ probability, came }) => (probability - came) ** 2)),
    brierOfBaseRate: rate * (1 - rate),
    bias: outcomes.length === 0 ? null : biasOf(outcomes),
  };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
