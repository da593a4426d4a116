import { horizonOf, type Pipeline } from '../../pipeline/index.js';
import { coneOf, saidOf } from '../../publish/index.js';
import type { SaidForecast } from '../../store/index.js';
import type { NodeRecord } from '../../telemetry/index.js';
import { forecastNeed, isStale, type Resource, Trend } from '../../trend/index.js';

/** A forecast looks back over eight to eleven horizons; see scales.ts of trend. */
const LOOK_BACK_HORIZONS = 11;

/**
 * What would have been said of a limit at a time in the past, worked out again from the node's own history by the models and rules of
 * today. Other nodes of its pool do not count, and neither does what came of earlier forecasts, so it may differ from what was said.
 * Undefined where there was too little to say anything at all.
 *
 * @param at unix ms
 */
export async function recompute(
  pipeline: Pipeline,
  node: NodeRecord,
  resource: Resource,
  at: number,
): Promise<SaidForecast | undefined> {
  const horizonMs = horizonOf(pipeline.armed, resource);
  const { registry, store } = pipeline;
  const trend = new Trend([forecastNeed(horizonMs)]);
  trend.observe(await store.history.read(node.id, at - LOOK_BACK_HORIZONS * horizonMs, at + 1), registry);
  const process = trend.node(node.id);
  if (!process || isStale(process, at)) return undefined;
  const outlook = trend.outlook(node.id, resource, horizonMs, at);
  if (!outlook) return undefined;
  const pool = registry.labelsOf(node).pool ?? '';
  return saidOf(outlook, node.name, pool, at, coneOf(trend, node.id, outlook, at));
}
