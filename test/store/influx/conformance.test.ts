import { describeStore } from '../conformance.js';
import { describeInflux } from './behaviour.js';
import { BUCKET, influxStandIn, ORG, TOKEN } from './stand-in.js';
import { openTemporary, sentFirst } from './support.js';

const skips = { partitions: 'retention is that of the bucket' };

describeStore(
  'influx, all sent',
  async (t) => {
    const { url } = await influxStandIn(t);
    const { store, again } = await openTemporary(t, url);
    return { store: sentFirst(store), again: async () => sentFirst(await again()) };
  },
  skips,
);

describeStore(
  'influx, all in the queue',
  async (t) => {
    const server = await influxStandIn(t);
    server.instead.set('/api/v2/write', { status: 503 });
    return openTemporary(t, server.url);
  },
  skips,
);

describeStore(
  'influx, read while it is sent',
  async (t) => {
    const { url } = await influxStandIn(t);
    return openTemporary(t, url);
  },
  skips,
);

describeInflux('its stand-in', async (t) => {
  const { url } = await influxStandIn(t);
  return { url, token: TOKEN, org: ORG, bucket: BUCKET };
});
