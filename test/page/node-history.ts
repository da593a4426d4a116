import type { Api } from '../support/api.js';

const MIB = 2 ** 20;

export interface Leak {
  readonly node: string;
  readonly labels?: Readonly<Record<string, string>>;
  /** How long ago its history begins, ms. */
  readonly overMs: number;
  readonly everyMs: number;
  /** How much of the limit is used at the end. */
  readonly share: number;
}

/** History of a node whose memory climbs evenly from a fifth of its limit, up to now, sent as an agent would. */
export async function sendLeak(api: Api, { node, labels = {}, overMs, everyMs, share }: Leak): Promise<void> {
  const end = Date.now() - 1000;
  const begin = end - overMs;
  const limit = 512 * MIB;
  const samples = [];
  for (let time = begin; time <= end; time += everyMs) {
    const gone = (time - begin) / overMs;
    const level = limit * (0.2 + (share - 0.2) * gone);
    const turn = ((time - begin) / everyMs) % 8;
    samples.push({
      node,
      time: Math.round(time),
      labels,
      rss: Math.round(level + turn * MIB),
      memory_limit: limit,
      ready: 1,
      requests_total: Math.round((time - begin) / 20),
      gc_pause_total: (time - begin) / 50_000,
      start_time: Math.round(begin / 1000),
    });
  }
  for (let from = 0; from < samples.length; from += 5000) await api.push(samples.slice(from, from + 5000));
}
