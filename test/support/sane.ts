import assert from 'node:assert/strict';
import { z } from 'zod';
import { alertShape, forecastShape, nodeDetailShape, nodeShape } from '../../src/serve/shapes.js';
import type { Api } from './api.js';

const nodesAnswer = z.strictObject({ nodes: z.array(nodeShape) });
const alertsAnswer = z.strictObject({ alerts: z.array(alertShape) });
const forecastAnswer = z.strictObject({ node: z.string(), limits: z.array(forecastShape) });
const samplesAnswer = z.strictObject({
  node: z.string(),
  signal: z.string(),
  samples: z.array(z.tuple([z.number(), z.number()])),
});

const NONSENSE = /NaN|Infinity|undefined|null/;

export type Forecast = z.infer<typeof forecastShape>;

/**
 * Asks everything that can be asked of a node and checks each answer: the shape that is documented (in JSON, NaN and
 * infinity would be null), probabilities, quantiles and order. Returns its forecasts.
 */
export async function checkSane(api: Api, node: string): Promise<readonly Forecast[]> {
  const path = `/api/v1/nodes/${encodeURIComponent(node)}`;
  const { latest, odd } = nodeDetailShape.parse(await api.get(path));
  for (const { message, cure } of odd) assert.doesNotMatch(`${message} ${cure}`, NONSENSE);
  nodesAnswer.parse(await api.get('/api/v1/nodes'));
  const alerts = alertsAnswer.parse(await api.get(`/api/v1/alerts?node=${encodeURIComponent(node)}`)).alerts;
  for (const { forecast } of alerts) {
    if (forecast) checkForecast(forecast);
  }
  for (const signal of Object.keys(latest)) {
    const answer = samplesAnswer.parse(
      await api.get(`${path}/samples?signal=${signal}&from=0&to=${Number.MAX_SAFE_INTEGER}`),
    );
    const times = answer.samples.map(([time]) => time);
    const ordered = [...new Set(times)].sort((a, b) => a - b);
    assert.deepEqual(times, ordered, `${signal} in time order, each time once`);
  }
  const { limits } = forecastAnswer.parse(await api.get(`${path}/forecast`));
  for (const forecast of limits) checkForecast(forecast);
  return limits;
}

function checkForecast(forecast: Forecast): void {
  const { probability, breach_p10, breach_p50, breach_p90, limit, effective_limit, horizon_s } = forecast;
  const told = JSON.stringify(forecast);
  if (probability !== null) assert.ok(probability >= 0 && probability <= 1, told);
  assert.ok(limit > 0 && effective_limit > 0 && effective_limit <= limit && horizon_s > 0, told);
  const quantiles = [breach_p10, breach_p50, breach_p90].filter((time) => time !== null);
  assert.deepEqual(
    quantiles,
    [...quantiles].sort((a, b) => a - b),
    told,
  );
  for (const sentence of forecast.evidence) assert.doesNotMatch(sentence, NONSENSE, told);
}
