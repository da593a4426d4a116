import type { Labels, Signal } from '../telemetry/index.js';

/** Values of some signals at one time, as they travel in JSON. */
export type Values = { readonly [signal in Signal]?: number };

/** The label that tells forecasts at what share of its limit the heap ends; one that the user gives goes before. */
export const NODE_JS: Labels = { runtime: 'nodejs' };

/** One sample of `POST /api/v1/telemetry`; time in unix ms. */
export interface TelemetryRow extends Values {
  readonly node: string;
  readonly time: number;
  readonly labels?: Labels;
}
