import { z } from 'zod';
import { embeddedOptions } from './backends/embedded/index.js';
import { influxOptions } from './backends/influx/index.js';
import { victoriaOptions } from './backends/victoriametrics/index.js';
import { remoteOptions } from './remote/index.js';

/** Where history can be kept; open-store.ts has what each is. */
export const STORE_KINDS = ['embedded', 'influx', 'victoriametrics'] as const;

/** The store's part of the configuration. Durations come out in ms, sizes in bytes. */
export const storeOptions = z.strictObject({
  kind: z
    .enum(STORE_KINDS)
    .default('embedded')
    .describe(
      'Where history is kept: in the folder, in an InfluxDB 2, or in a VictoriaMetrics. The rest stays in the folder.',
    ),
  ...embeddedOptions,
  ...remoteOptions,
  ...influxOptions,
  ...victoriaOptions,
});

export type StoreOptions = z.output<typeof storeOptions>;
