import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Problem } from '../problem.js';
import type { Member, Processes } from './processes.js';

/** What the demo reads of `GET /api/v1/alerts`, `/nodes` and `/nodes/:node/forecast`. Times are unix ms. */
export interface Forecast {
  readonly signal: string;
  readonly probability: number | null;
  readonly breach_p10: number | null;
  readonly breach_p50: number | null;
  readonly breach_p90: number | null;
}

export interface Alert {
  readonly rule: string;
  readonly kind: string;
  readonly node: string;
  readonly state: string;
  readonly fired_at: number | null;
  readonly forecast: Forecast | null;
}

export interface Node {
  readonly node: string;
  readonly latest: Readonly<Record<string, number>>;
}

/**
 * The service's rules here: the shipped rule for heaps, on the time scale of minutes. It asks for less certainty, because a
 * minute's notice is lost while one waits for more.
 */
const RULES = `groups:
  - name: routers
    nodes: { role: router }
    rules:
      - alert: HeapBreachPredicted
        forecast: { of: heap, reaches: heap_limit, within: 90s, probability: 60% }
        for: 2s
        severity: page
        runbook: docs/runbooks/memory.md#heapbreachpredicted
`;

/** Writes a configuration, rules and a data folder below `folder`; returns the configuration's path. */
export async function writeConfiguration(folder: string, port: number, smtpPort: number): Promise<string> {
  const rules = join(folder, 'rules');
  await mkdir(rules, { recursive: true });
  await writeFile(join(rules, 'demo.yaml'), RULES);
  const configuration = {
    listen: { host: '127.0.0.1', port },
    store: { folder: join(folder, 'data') },
    rules: { folder: rules },
    notify: {
      // On the time scale of minutes nobody waits for company.
      route: { group_wait: '1s', group_interval: '5s' },
      channels: {
        oncall: {
          type: 'email',
          host: '127.0.0.1',
          port: smtpPort,
          secure: false,
          startTls: 'never',
          from: 'Headroom <headroom@demo.example>',
          to: ['oncall@demo.example'],
        },
      },
    },
  };
  const path = join(folder, 'headroom.yaml');
  // JSON is YAML, and quotes paths safely.
  await writeFile(path, `${JSON.stringify(configuration, null, 2)}\n`);
  return path;
}

export function startService(
  processes: Processes,
  main: string,
  configuration: string,
  onLine: (line: string) => void,
): Member {
  return processes.start('service', [main, 'serve', '--config', configuration], onLine);
}

/** The service as any program sees it. */
export class ServiceClient {
  readonly url: string;

  constructor(url: string) {
    this.url = url;
  }

  /** Whether it says that it is ready; false also while nobody listens yet. */
  async isReady(): Promise<boolean> {
    try {
      const response = await fetch(`${this.url}/readyz`, { signal: AbortSignal.timeout(2000) });
      await response.arrayBuffer();
      return response.ok;
    } catch {
      // Refused: it is still starting. Whether it ever will is for the caller's deadline.
      return false;
    }
  }

  async alerts(): Promise<readonly Alert[]> {
    return (await this.#get<{ alerts: readonly Alert[] }>('alerts')).alerts;
  }

  async nodes(): Promise<readonly Node[]> {
    return (await this.#get<{ nodes: readonly Node[] }>('nodes')).nodes;
  }

  /** The forecast of the heap now; undefined while there is none. */
  async heapForecast(node: string): Promise<Forecast | undefined> {
    const { limits } = await this.#get<{ limits: readonly Forecast[] }>(`nodes/${node}/forecast`);
    return limits.find(({ signal }) => signal === 'heap');
  }

  async #get<T>(path: string): Promise<T> {
    const address = `${this.url}/api/v1/${path}`;
    const response = await fetch(address, { signal: AbortSignal.timeout(5000) }).catch((error: Error) => {
      const reason = error.cause instanceof Error ? error.cause.message : error.message;
      throw new Problem('internal', `GET ${address}: ${reason}`, { retryable: true });
    });
    if (response.ok) return (await response.json()) as T;
    throw new Problem('internal', `GET ${address}: ${response.status} ${await response.text()}`);
  }
}
