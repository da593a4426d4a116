import type { Labels, Signal } from '../telemetry/index.js';

/** Values of some signals at one time, as they travel in JSON. */
export type Values = { readonly [signal in Signal]?: number };

/** With the label that tells forecasts at what share of its limit a heap of Node ends; one that is there goes before. */
export function ofNodeJs(labels: Labels): Labels {
  return { runtime: 'nodejs', ...labels };
}

/** One sample of `POST /api/v1/telemetry`; time in unix ms. */
export interface TelemetryRow extends Values {
  readonly node: string;
  readonly time: number;
  readonly labels?: Labels;
}
