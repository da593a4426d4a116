import { z } from 'zod';

/** What InfluxDB alone needs to be told; address, token and queue are shared with other databases. */
export const influxOptions = {
  org: z.string().min(1).optional().describe('Organisation of InfluxDB. Needed with kind influx.'),
  bucket: z
    .string()
    .min(1)
    .optional()
    .describe('Bucket of InfluxDB; its retention says how long history is kept. Needed with kind influx.'),
};

/** How to reach an InfluxDB and where in it history lies. */
export interface InfluxOptions {
  readonly url: string;
  readonly token: string;
  readonly org: string;
  readonly bucket: string;
  readonly measurement: string;
  /** For one request, ms. */
  readonly timeout: number;
  /** How long history is wanted, ms; the bucket's own retention is compared with it. */
  readonly retention: number;
}
