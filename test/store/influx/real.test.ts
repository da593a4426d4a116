import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { describeStore } from '../conformance.js';
import { describeInflux, freshMeasurement, measurements, type Place } from './behaviour.js';
import { openTemporary, sentFirst } from './support.js';

const { INFLUX_URL, INFLUX_TOKEN, INFLUX_ORG, INFLUX_BUCKET } = process.env;

if (INFLUX_URL && INFLUX_TOKEN && INFLUX_ORG && INFLUX_BUCKET) {
  const place: Place = { url: INFLUX_URL, token: INFLUX_TOKEN, org: INFLUX_ORG, bucket: INFLUX_BUCKET };
  const { url, ...settings } = place;
  describeStore(
    `influx, the real one at ${url}`,
    async (t) => {
      const { store, again } = await openTemporary(t, url, { ...settings, measurement: freshMeasurement() });
      return { store: sentFirst(store), again: async () => sentFirst(await again()) };
    },
    { partitions: 'retention is that of the bucket' },
  );
  describeInflux(`the real one at ${url}`, async () => place);
  after(() => sweep(place));
} else {
  describe('influx, the real one', () => {
    it(
      'does what its stand-in does',
      {
        skip: 'INFLUX_URL, INFLUX_TOKEN, INFLUX_ORG and INFLUX_BUCKET name none',
      },
      () => undefined,
    );
  });
}

/** Deletes what these tests have written; predicates know no patterns. */
async function sweep({ url, token, org, bucket }: Place): Promise<void> {
  const where = new URLSearchParams({ org, bucket });
  for (const name of measurements) {
    const { status } = await fetch(`${url}/api/v2/delete?${where}`, {
      method: 'POST',
      headers: { authorization: `Token ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({
        start: '1970-01-01T00:00:00Z',
        stop: '2261-01-01T00:00:00Z',
        predicate: `_measurement="${name}"`,
      }),
    });
    assert.equal(status, 204);
  }
}
