import type { Api, Sample } from './api.js';
import { MINUTE, SECOND } from './leak.js';

/** Fires on a node that has failed its readiness check for a minute. */
export const NOT_READY_RULES = `groups:
  - name: nodes
    rules:
      - { alert: NotReady, readiness: { notReady: 1m }, for: 0s, keepFiring: 0s, severity: page }
`;

/** A node that fails its check since two minutes before `until` (unix ms), every 15 s. */
export function notReady(
  node: string,
  until: number,
  labels: Readonly<Record<string, string>> = {},
): Sample[] {
  const samples: Sample[] = [];
  for (let time = until - 2 * MINUTE; time <= until; time += 15 * SECOND) {
    samples.push({ node, labels, time, ready: 0, rss: 1e8 });
  }
  return samples;
}

export interface HeldAlert {
  readonly id: string;
  readonly node: string;
  readonly state: string;
  readonly ack: {
    readonly by: string;
    readonly why: string;
    readonly at: number;
    readonly until: number;
  } | null;
  readonly silenced_by: readonly string[];
}

/** The alerts as the API lists them. */
export async function heldAlerts(api: Api, query = ''): Promise<readonly HeldAlert[]> {
  return (await api.get<{ alerts: HeldAlert[] }>(`/api/v1/alerts${query}`)).alerts;
}
