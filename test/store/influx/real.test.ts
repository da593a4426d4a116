import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { describeStore } from '../conformance.js';
import { describeInflux, freshMeasurement, type Place } from './behaviour.js';
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

/** Deletes what the tests have written, each measurement by its name: predicates know no patterns. */
async function sweep({ url, token, org, bucket }: Place): Promise<void> {
  const headers = { authorization: `Token ${token}`, 'content-type': 'application/json' };
  const query = `import "influxdata/influxdb/schema"
schema.measurements(bucket: ${JSON.stringify(bucket)}, start: 1970-01-01T00:00:00Z, stop: 2261-01-01T00:00:00Z)`;
  const answer = await fetch(`${url}/api/v2/query?org=${encodeURIComponent(org)}`, {
    method: 'POST',
    headers: { ...headers, accept: 'text/csv' },
    body: JSON.stringify({ query, type: 'flux' }),
  });
  assert.equal(answer.status, 200);
  const names = new Set((await answer.text()).match(/headroom_test_[0-9a-f-]{36}/g));
  for (const name of names) {
    const path = `/api/v2/delete?org=${encodeURIComponent(org)}&bucket=${encodeURIComponent(bucket)}`;
    const body = JSON.stringify({
      start: '1970-01-01T00:00:00Z',
      stop: '2261-01-01T00:00:00Z',
      predicate: `_measurement="${name}"`,
    });
    const { status } = await fetch(url + path, { method: 'POST', headers, body });
    assert.equal(status, 204);
  }
}
