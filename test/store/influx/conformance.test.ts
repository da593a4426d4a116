import { randomUUID } from 'node:crypto';
import type { Store } from '../../../src/store/index.js';
import type { RemoteStore } from '../../../src/store/remote/index.js';
import { describeStore } from '../conformance.js';
import { influxStandIn } from './stand-in.js';
import { openTemporary } from './support.js';

const skips = { partitions: 'retention is that of the bucket' };

/** A store that is read only once all is sent, so that the database gives the answers and not the queue. */
function sentFirst(store: RemoteStore): Store {
  const { history } = store;
  return {
    ...store,
    ledger: store.ledger,
    repairs: store.repairs,
    close: () => store.close(),
    history: {
      append: async (rows, registry) => {
        await history.append(rows, registry);
        await store.settled();
      },
      read: (...given) => history.read(...given),
      scan: (...given) => history.scan(...given),
      loadRegistry: (registry) => history.loadRegistry(registry),
      retain: (before) => history.retain(before),
      stats: () => history.stats(),
    },
  };
}

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

const { INFLUX_URL, INFLUX_TOKEN, INFLUX_ORG, INFLUX_BUCKET } = process.env;
if (INFLUX_URL && INFLUX_TOKEN && INFLUX_ORG && INFLUX_BUCKET) {
  describeStore(
    `influx, the real one at ${INFLUX_URL}`,
    async (t) => {
      const measurement = `headroom_test_${randomUUID()}`;
      const place = { token: INFLUX_TOKEN, org: INFLUX_ORG, bucket: INFLUX_BUCKET, measurement };
      const { store, again } = await openTemporary(t, INFLUX_URL, place);
      return { store: sentFirst(store), again: async () => sentFirst(await again()) };
    },
    skips,
  );
}
