import type { AddressInfo } from 'node:net';
import type { Logger } from 'pino';
import { collectDefaultMetrics, Registry as Metrics } from 'prom-client';
import type { Clock } from '../clock.js';
import type { Config } from '../config/index.js';
import { defaultRulesFolder, productVersion } from '../paths.js';
import { Pipeline } from '../pipeline/index.js';
import { authenticator, loadNames } from '../receive/index.js';
import { buildApp } from './app.js';
import { Sessions } from './sessions.js';

/** Gauges that end as only counters may; the same numbers come by type in `nodejs_active_handles` and its siblings. */
const MISNAMED = ['handles', 'requests', 'resources'].map((what) => `nodejs_active_${what}_total`);

export interface Service {
  readonly pipeline: Pipeline;
  /** Where it listens, such as `http://127.0.0.1:8420`. */
  readonly url: string;
  /** Stops taking requests, finishes those under way, delivers or keeps every message, commits. */
  close(): Promise<void>;
}

/**
 * The whole service as one object: the line behind an HTTP server that listens.
 * @throws Problem store-locked, store-failed, bad-rules, bad-config; an Error of the socket when the port is taken
 */
export async function openService(config: Config, clock: Clock, log: Logger): Promise<Service> {
  const metrics = new Metrics();
  collectDefaultMetrics({ register: metrics });
  for (const name of MISNAMED) metrics.removeSingleMetric(name);
  const { receive, people } = config;
  const names = loadNames(receive.names);
  const doorkeeper = authenticator({ agents: receive.tokens, people: people.tokens });
  const pipeline = await Pipeline.open({
    store: config.store,
    rules: { folder: rulesFolder(config) },
    notify: config.notify,
    people: { longestSilence: people.longestSilence, linkSecret: people.linkSecret },
    publish: config.metrics,
    limits: receive.limits,
    clock,
    log,
    metrics,
    random: Math.random,
  });
  try {
    const app = await buildApp({
      pipeline,
      receive: {
        limits: receive.limits,
        authenticator: doorkeeper,
        names,
        retentionMs: config.store.retention,
      },
      access: {
        authenticator: doorkeeper,
        roles: new Map(people.tokens.map(({ name, role }) => [name, role])),
        sessions: new Sessions(),
        externalUrl: config.notify.externalUrl,
      },
      act: {
        timeZone: config.notify.timeZone ?? Intl.DateTimeFormat().resolvedOptions().timeZone,
        externalUrl: config.notify.externalUrl,
        longestSilence: people.longestSilence,
      },
      clock,
      log,
      metrics,
      version: productVersion(),
    });
    await app.listen({ host: config.listen.host, port: config.listen.port });
    const { address, family, port } = app.server.address() as AddressInfo;
    const host = family === 'IPv6' ? `[${address}]` : address;
    return {
      pipeline,
      url: `http://${host}:${port}`,
      async close() {
        pipeline.refuse();
        await app.close();
        await pipeline.close();
      },
    };
  } catch (error) {
    await pipeline.close();
    throw error;
  }
}

/** Rules of the configuration, else ./rules, else those that ship. */
function rulesFolder({ rules }: Config): string {
  return rules.folder ?? defaultRulesFolder();
}
