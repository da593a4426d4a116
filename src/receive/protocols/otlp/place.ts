import { KIND } from './point.js';

/** Which point of a body is at hand. Counts from 0. */
export interface Where {
  resource: number;
  scope: number;
  metric: number;
  point: number;
  kind: number;
}

const NAME_OF_KIND: Readonly<Record<number, string>> = Object.fromEntries(
  Object.entries(KIND).map(([name, number]) => [number, name]),
);

/** The path of a point, by the names that JSON has; protobuf's are alike. */
export function pathOf({ resource, scope, metric, point, kind }: Where): string {
  return `resourceMetrics[${resource}].scopeMetrics[${scope}].metrics[${metric}].${NAME_OF_KIND[kind]}.dataPoints[${point}]`;
}
