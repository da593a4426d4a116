import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { BUCKET, influxStandIn, ORG, TOKEN } from '../store/influx/stand-in.js';
import { runHeadroom } from '../support/run-headroom.js';
import { tempFolder } from '../support/temp-folder.js';

/** Runs `headroom store check` over a configuration with this store. */
function check(t: TestContext, store: Readonly<Record<string, string>>, ...args: string[]) {
  const folder = tempFolder(t);
  // JSON is YAML.
  writeFileSync(join(folder, 'headroom.yaml'), JSON.stringify({ store: { folder: 'data', ...store } }));
  return runHeadroom(folder, 'store', 'check', ...args);
}

describe('headroom store check', () => {
  it('looks at a data folder that is not there yet, and makes none', async (t) => {
    const { code, out, err } = await check(t, {});
    assert.deepEqual([code, err], [0, '']);
    assert.match(out, /^ok {6}folder {5}data can be made\n(ok|warning) +disk /);
  });

  it('exits with 0 where all is well, and with a warning', async (t) => {
    const server = await influxStandIn(t);
    const store = { kind: 'influx', url: server.url, token: TOKEN, org: ORG, bucket: BUCKET };
    const well = await check(t, store);
    assert.deepEqual([well.code, well.err], [0, '']);
    assert.match(well.out, /^ok {6}retention {2}bucket "memory" is there and keeps everything$/m);
    server.retentionSeconds = 3600;
    const short = await check(t, store);
    assert.equal(short.code, 0);
    assert.match(
      short.out,
      /^warning retention {2}bucket "memory" keeps 60 min, store\.retention asks for 30 d\n {19}Lengthen it \(influx bucket update --id 0b --retention 2592000s\)/m,
    );
    assert.equal(server.store.all.size, 0);
  });

  it('exits with 1 where something is wrong, tells the cure, and never the token', async (t) => {
    const server = await influxStandIn(t);
    const store = { kind: 'influx', url: server.url, token: 'hush-hush', org: ORG, bucket: BUCKET };
    const { code, out, err } = await check(t, store);
    assert.equal(code, 1);
    assert.match(out, /^failed {2}writing {4}.*refuses the token.*\n {19}Give store\.token a token/m);
    assert.doesNotMatch(out + err, /hush-hush/);
    const pail = await check(t, { ...store, token: TOKEN, bucket: "ann's pail", org: ORG });
    assert.match(pail.out, /--org example --name 'ann'\\''s pail' --retention 2592000s$/m);
  });

  it('gives JSON to scripts', async (t) => {
    const store = { kind: 'influx', url: 'http://127.0.0.1:1', token: TOKEN, org: ORG, bucket: BUCKET };
    const { code, out } = await check(t, store, '--format', 'json');
    assert.equal(code, 1);
    const { kind, checks } = JSON.parse(out) as { kind: string; checks: { about: string; result: string }[] };
    assert.equal(kind, 'influx');
    assert.deepEqual(
      checks.filter(({ result }) => result === 'failed').map(({ about }) => about),
      ['address'],
    );
  });

  for (const kind of ['influx', 'victoriametrics']) {
    it(`tells a port that Node does not speak to (${kind})`, async (t) => {
      const url = 'http://127.0.0.1:6000';
      const influx = { token: TOKEN, org: ORG, bucket: BUCKET };
      const { code, out } = await check(t, { kind, url, ...(kind === 'influx' ? influx : {}) });
      assert.equal(code, 1);
      assert.match(
        out,
        /^failed {2}(address|connection) .*bad port.*\n {19}Let \w+( \w+)? listen at another port/m,
      );
    });
  }

  it('tells what the configuration lacks, and a token that is none', async (t) => {
    const lacking = await check(t, { kind: 'influx', url: 'http://127.0.0.1:8086' });
    assert.equal(lacking.code, 1);
    assert.match(lacking.err, /1:10 token: is missing, must be given for store\.kind influx/);
    const store = { kind: 'influx', url: 'http://127.0.0.1:8086', org: ORG, bucket: BUCKET };
    const broken = await check(t, { ...store, token: 'hush\nhush' });
    assert.equal(broken.code, 1);
    assert.match(broken.err, /store\.token must be a token as the database shows it/);
    assert.doesNotMatch(broken.err, /hush/);
  });
});
