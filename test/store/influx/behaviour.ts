import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { systemClock } from '../../../src/clock.js';
import { diagnoseStore, openMemoryStore } from '../../../src/store/index.js';
import { Registry } from '../../../src/telemetry/index.js';
import { seededRandom } from '../../support/random.js';
import { tempFolder } from '../../support/temp-folder.js';
import { HOUR, MINUTE, readAll, registryOf, rowsOf, type Sample, scanned, T0 } from '../samples.js';
import { openTemporary, optionsOf } from './support.js';

/** Where an InfluxDB is, and what of it is used. */
export interface Place {
  readonly url: string;
  readonly token: string;
  readonly org: string;
  readonly bucket: string;
}

/** Every name that `freshMeasurement` has given. */
export const measurements: string[] = [];

/** A measurement that nobody else writes. */
export function freshMeasurement(): string {
  const name = `headroom_test_${randomUUID()}`;
  measurements.push(name);
  return name;
}

/** Names and values of labels that line protocol, Flux or CSV have a meaning of their own for. */
const ODD = [
  'a b',
  'a,b=c',
  '"quoted"',
  "it's",
  'back\\slash',
  'at the end\\',
  'two\nlines',
  'tab\t',
  '\u0000\u001f\u007f',
  '$' + '{r}',
  '%0A',
  '%',
  '',
  '# no comment',
  'größe µ 東京 🧠',
  '_field',
  'table',
  'rss',
  'time',
  'label_more',
];

/** What this project asks of an InfluxDB beyond the contract of a store; the same for a real one and its stand-in. */
export function describeInflux(name: string, place: (t: TestContext) => Promise<Place>): void {
  describe(`influx: ${name}`, () => {
    it('passes the check of its store', async (t) => {
      const { url, ...settings } = await place(t);
      const checks = await diagnoseStore(optionsOf(tempFolder(t), url, settings), systemClock);
      assert.deepEqual(
        checks.filter(({ result }) => result === 'failed'),
        [],
      );
      assert.ok(checks.some(({ about }) => about === 'retention'));
    });

    for (const [what, wrong, message] of [
      ['token', { token: 'wrong' }, /refuses the token.*\(401\)/],
      ['organisation', { org: 'no such organisation' }, /no organisation "no such organisation" \(404\)/],
      ['bucket', { bucket: 'no such pail' }, /no bucket "no such pail" in organisation/],
    ] as const) {
      it(`tells a wrong ${what}`, async (t) => {
        const { url, ...settings } = await place(t);
        const checks = await diagnoseStore(
          optionsOf(tempFolder(t), url, { ...settings, ...wrong }),
          systemClock,
        );
        const failed = checks.filter(({ result }) => result === 'failed');
        assert.deepEqual(
          failed.map(({ about }) => about),
          ['writing'],
        );
        assert.match(failed[0].message, message);
      });
    }

    it('gives a service without its data folder the nodes, their newest labels and all rows', async (t) => {
      const { url, ...settings } = await place(t);
      const there = { ...settings, measurement: freshMeasurement() };
      const { store } = await openTemporary(t, url, there);
      const registry = new Registry();
      const rows = ODD.map((text, i) => {
        const labels = { [text]: text, version: 'old', i: `${i}` };
        const { id: node, labels: set } = registry.intern(`node ${text}`, labels);
        return { node, labels: set, time: T0 + i, rss: i };
      });
      await store.history.append(rowsOf(...rows), registry);
      const { id: node, labels } = registry.intern(`node ${ODD[0]}`, { version: 'new' });
      await store.history.append(rowsOf({ node, labels, time: T0 + 1000, rss: 1000 }), registry);
      await store.settled();
      assert.equal(store.state.reason, undefined);

      const { store: other } = await openTemporary(t, url, there);
      const found = new Registry();
      await other.history.loadRegistry(found);
      const namesIn = (all: Registry) =>
        new Map(all.nodes.map((each) => [each.name, all.labelsOf(each)] as const));
      assert.deepEqual(namesIn(found), namesIn(registry));
      const seen = (await scanned(other, T0, T0 + HOUR, 0)).map(({ time, rss, node }) => [
        time,
        rss,
        found.nodes[node].name,
      ]);
      const sent = [...rows, { node, time: T0 + 1000, rss: 1000 }];
      assert.deepEqual(
        seen,
        sent.map((row) => [row.time, row.rss, registry.nodes[row.node].name]),
      );
      // By its name, which is written into the query.
      for (const { id, name } of found.nodes) {
        const first = sent.find((row) => registry.nodes[row.node].name === name);
        assert.equal((await readAll(other, id))[0]?.rss, first?.rss, name);
      }
    });

    it('thins in the database as it is done here', async (t) => {
      const { url, ...settings } = await place(t);
      const { store } = await openTemporary(t, url, { ...settings, measurement: freshMeasurement() });
      const here = openMemoryStore();
      const registry = registryOf(3);
      const random = seededRandom(20_261_122);
      const rows = Array.from({ length: 600 }, (_, i): Sample => {
        const time = T0 + Math.floor(i / 3) * 17_000;
        const isSilent = random() < 0.2;
        return {
          node: i % 3,
          time,
          ...(isSilent ? {} : { rss: Math.floor(random() * 1e9) }),
          heap_used: Math.floor(random() * 1e9) + 0.5,
          ready: random() < 0.5 ? 1 : 0,
          // A process that is restarted now and then.
          start_time: T0 - 1000 + Math.floor(i / 170) * 1000,
        };
      });
      await store.history.append(rowsOf(...rows), registry);
      await store.settled();
      assert.equal(store.state.state, 'up to date');
      await here.history.append(rowsOf(...rows), registry);
      for (const step of [MINUTE, 7 * MINUTE, 90_001]) {
        const [from, to] = [T0 - HOUR, T0 + 2 * HOUR];
        assert.deepEqual(
          await scanned(store, from, to, step),
          await scanned(here, from, to, step),
          `${step} ms`,
        );
      }
    });

    it('sets aside what conflicts with the type of a field, and goes on', async (t) => {
      const { url, token, org, bucket } = await place(t);
      const measurement = freshMeasurement();
      const query = new URLSearchParams({ org, bucket, precision: 'ms' });
      const { status } = await fetch(`${url}/api/v2/write?${query}`, {
        method: 'POST',
        headers: { authorization: `Token ${token}`, 'content-type': 'text/plain' },
        body: `${measurement},node=other rss=1i ${T0}`,
      });
      assert.equal(status, 204);
      const { store, folder } = await openTemporary(t, url, { token, org, bucket, measurement });
      const registry = registryOf(1);
      await store.history.append(
        rowsOf({ node: 0, time: T0 + 1, rss: 2 }, { node: 0, time: T0 + 2, heap_used: 3 }),
        registry,
      );
      await store.settled();
      await store.history.append(rowsOf({ node: 0, time: T0 + 3, heap_used: 4 }), registry);
      await store.settled();
      assert.equal(store.state.state, 'up to date');
      assert.match(readFileSync(join(folder, 'set-aside', 'refused.lp'), 'utf8'), /422.*field type conflict/);
      assert.deepEqual(
        (await readAll(store, 0)).map(({ time, heap_used }) => [time, heap_used]),
        [
          [T0 + 2, 3],
          [T0 + 3, 4],
        ],
      );
    });
  });
}
