import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, it } from 'node:test';
import { systemClock } from '../../../src/clock.js';
import { diagnoseStore } from '../../../src/store/index.js';
import { tempFolder } from '../../support/temp-folder.js';
import { influxStandIn } from './stand-in.js';
import { optionsOf, type Settings } from './support.js';

/** What is told of the first check that is not ok, and how many checks were made. */
async function diagnosis(folder: string, url: string, settings: Settings = {}) {
  const checks = await diagnoseStore(optionsOf(folder, url, settings), systemClock);
  const wrong = checks.find(({ result }) => result !== 'ok');
  return {
    about: wrong?.about,
    result: wrong?.result,
    message: wrong?.message ?? '',
    cure: wrong?.cure,
    checks,
  };
}

describe('store check of an InfluxDB', () => {
  it('finds nothing where all is well, and writes nothing', async (t) => {
    const server = await influxStandIn(t);
    const { about, checks } = await diagnosis(tempFolder(t), server.url);
    assert.equal(about, undefined);
    const looked = ['folder', 'disk', 'address', 'clock', 'writing', 'reading', 'retention'];
    assert.deepEqual(
      checks.map((check) => check.about),
      looked,
    );
    assert.equal(server.store.all.size, 0);
  });

  const cases: [string, Settings, string, RegExp][] = [
    ['a token', { token: 'wrong' }, 'writing', /refuses the token.*\(401\)/],
    ['an organisation', { org: 'nobody' }, 'writing', /no organisation "nobody"/],
    ['a bucket', { bucket: 'pail' }, 'writing', /no bucket "pail" in organisation "example"/],
  ];
  for (const [what, settings, about, message] of cases) {
    it(`tells ${what} that is wrong`, async (t) => {
      const { url } = await influxStandIn(t);
      const found = await diagnosis(tempFolder(t), url, settings);
      assert.deepEqual([found.about, found.result], [about, 'failed']);
      assert.match(found.message, message);
      assert.ok(found.cure);
    });
  }

  it('warns of a bucket that keeps less than is asked for, and of a clock that is off', async (t) => {
    const server = await influxStandIn(t);
    server.retentionSeconds = 86_400;
    const { about, result, message } = await diagnosis(tempFolder(t), server.url);
    assert.deepEqual([about, result], ['retention', 'warning']);
    assert.match(message, /keeps 24 h, store.retention asks for 30 d/);
    server.instead.set('/ping', { status: 204, headers: { date: 'Sun, 22 Nov 2020 10:00:00 GMT' } });
    assert.equal((await diagnosis(tempFolder(t), server.url)).about, 'clock');
  });

  it('tells a port at which nothing listens, and a name that does not exist', async (t) => {
    const server = await influxStandIn(t);
    await server.stop();
    assert.match((await diagnosis(tempFolder(t), server.url)).message, /nothing listens at 127\.0\.0\.1/);
    await server.start();
    const found = await diagnosis(tempFolder(t), 'http://no-such-host.invalid:8086');
    assert.match(found.message, /the name no-such-host\.invalid cannot be resolved/);
  });

  it('tells an InfluxDB 1, another server, and one that speaks no TLS', async (t) => {
    const server = await influxStandIn(t);
    server.instead.set('/health', { status: 404, headers: { 'x-influxdb-version': '1.6.7' } });
    assert.match((await diagnosis(tempFolder(t), server.url)).message, /is an InfluxDB 1\.6\.7/);
    const other = createServer((_, response) => response.end('hello'));
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    t.after(() => other.close());
    const { port } = other.address() as AddressInfo;
    assert.match((await diagnosis(tempFolder(t), `http://127.0.0.1:${port}`)).message, /is no InfluxDB 2/);
    const found = await diagnosis(tempFolder(t), `https://127.0.0.1:${port}`);
    assert.match(found.message, /no secure connection/);
  });
});
