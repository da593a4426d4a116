import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { heldAlerts, NOT_READY_RULES, notReady } from '../support/not-ready.js';
import type { Run } from '../support/run-headroom.js';
import { prepareService, ServiceProcess } from '../support/start-service.js';

const MAIN = fileURLToPath(new URL('../../src/main.js', import.meta.url));
const ADMIN = 'admin-secret-1';

function headroom(args: readonly string[], environment: Record<string, string> = {}): Promise<Run> {
  const env = { PATH: process.env.PATH ?? '', ...environment };
  return new Promise((resolve) => {
    execFile(process.execPath, [MAIN, ...args], { env }, (error, out, err) =>
      resolve({ code: error ? Number(error.code) : 0, out, err }),
    );
  });
}

/** Asks until it is so; the service evaluates twice a second. */
async function eventually(what: string, isSo: () => Promise<boolean>): Promise<void> {
  for (const end = performance.now() + 20_000; !(await isSo()); await wait(50)) {
    if (performance.now() > end) throw new Error(`not within 20 s: ${what}`);
  }
}

describe('the commands of the on-call', () => {
  let service: ServiceProcess;
  const cleanups: (() => unknown)[] = [];
  const run = (...args: string[]) =>
    headroom(args, { HEADROOM_SERVICE: service.api.url, HEADROOM_TOKEN: ADMIN });

  before(async () => {
    const people = { tokens: [{ name: 'oncall', token: ADMIN, role: 'admin' }] };
    const folder = mkdtempSync(join(tmpdir(), 'headroom-test-'));
    cleanups.push(() => rmSync(folder, { recursive: true, force: true }));
    service = new ServiceProcess(folder, { rules: NOT_READY_RULES, config: { people } });
    cleanups.unshift(() => service.kill());
    await service.start();
    await service.api.push(notReady('router-7', Date.now(), { pool: 'edge' }));
    await service.api.push(notReady('router-8', Date.now(), { pool: 'core' }));
    await eventually('two alerts fire', async () => {
      const { out } = await run('alerts', '--state', 'firing', '--format', 'json');
      return (JSON.parse(out) as unknown[]).length === 2;
    });
  });

  after(async () => {
    for (const cleanup of cleanups) await cleanup();
  });

  it('list alerts for people within 80 columns, for programs as JSON', async () => {
    const { code, out, err } = await run('alerts');
    assert.equal(code, 0);
    assert.equal(err, '');
    assert.match(out, /^ID +STATE +SEVERITY +NODE +RULE +SINCE$/m);
    assert.match(out, /^[0-9a-f]{8} +firing +page +router-7 +NotReady +\d+ s$/m);
    assert.match(out, /^ {2}fails its readiness check/m);
    for (const line of out.split('\n')) assert.ok(line.length <= 80, line);
    const { out: json } = await run('alerts', '--node', 'router-8', '--format', 'json');
    assert.deepEqual(
      (JSON.parse(json) as { node: string; state: string }[]).map(({ node, state }) => [node, state]),
      [['router-8', 'firing']],
    );
  });

  it('tell scripts by exit code whether there is an alert', async () => {
    assert.equal((await run('alerts', '--exit-code')).code, 2);
    const none = await run('alerts', '--state', 'resolved', '--exit-code');
    assert.deepEqual([none.code, none.out, none.err], [0, '', 'no alerts\n']);
  });

  it('acknowledge by node or by the first letters of an id, and give back', async () => {
    const taken = await run('ack', 'router-7', '--why', 'restarting it', '--for', '2h');
    assert.equal(taken.code, 0, taken.err);
    assert.match(
      taken.out,
      /^acknowledged: NotReady on router-7 \([0-9a-f]{8}\) by oncall until \S+( \S+)? UTC$/m,
    );
    const id = /\(([0-9a-f]{8})\)/.exec(taken.out)?.[1] ?? '';
    const { out } = await run('alerts', '--state', 'acknowledged');
    assert.match(out, /taken by oncall until .* UTC: restarting it/);
    const again = await run('ack', id, '--by', 'anna', '--format', 'json');
    assert.equal(JSON.parse(again.out)[0].ack.by, 'oncall (anna)');
    assert.match((await run('ack', 'router-7', '--undo')).out, /^given back: NotReady on router-7/);
    const back = await run('ack', 'router-7', '--undo');
    assert.deepEqual([back.code, back.out], [1, '']);
    assert.match(back.err, /^headroom: nobody has taken an alert of router-7\n/);
  });

  it('name what is near when they do not know an alert', async () => {
    const { code, err } = await run('ack', 'ruoter-7');
    assert.equal(code, 1);
    assert.match(err, /^headroom: there is no alert and no node ruoter-7\n {2}Did you mean router-7\?/);
    await service.api.push({ node: 'quiet-1', ready: 1 });
    assert.match((await run('ack', 'quiet-1')).err, /no alert fires on node quiet-1/);
  });

  it('preview, make, list and end silences', async () => {
    const preview = await run('silence', 'pool=edge', '--preview');
    assert.equal(preview.code, 0, preview.err);
    assert.match(preview.out, /^nodes: 1 \(router-7\)\nalerts that it would hold back now: 1\n/);
    assert.match(preview.out, /router-7 +NotReady/);
    assert.equal((await run('silence', 'list')).err, 'no silences\n');
    const made = await run('silence', 'pool=edge', 'severity=page', '--why', 'deploy', '--for', '30m');
    assert.equal(made.code, 0, made.err);
    // An end tomorrow has its date and takes the room of the last matcher.
    const [, id] =
      /^([0-9a-f]{8}) +active .*oncall +pool="edge",severity="pa(?:ge"|…)$/m.exec(made.out) ?? [];
    assert.ok(id, made.out);
    const list = await run('silence', 'list', '--service', service.api.url);
    assert.match(list.out, new RegExp(`^${id} +active`, 'm'));
    assert.match((await run('alerts', '--state', 'silenced')).out, new RegExp(`silenced by ${id}`));
    const ended = await run('silence', 'expire', id);
    assert.match(ended.out, new RegExp(`^ended: ${id} pool="edge",severity="page"$`, 'm'));
    const again = await run('silence', 'expire', id);
    assert.equal(again.code, 1);
    assert.match(again.err, /is over since .* \(oncall\)/);
    const { out } = await run('silence', 'list', '--state', 'all', '--format', 'json');
    assert.deepEqual(
      (JSON.parse(out) as { state: string }[]).map(({ state }) => state),
      ['expired'],
    );
  });

  it('refuse a silence that is wrong, and say what to write', async () => {
    const refused = async (args: string[], message: RegExp) => {
      const { code, out, err } = await run('silence', ...args);
      assert.deepEqual([code, out], [1, ''], err);
      assert.match(err, message);
    };
    await refused(['pool=edge'], /found no --why, expected why it is silenced\n {2}Add --why/);
    await refused(['pool=~"("', '--why', 'x'], /column 7: .*\n {2}pool=~"\("\n {8}\^\n/);
    await refused(['node=~".*"', '--why', 'x'], /takes nearly every alert/);
    await refused(['pool=edge', '--why', 'x', '--for', 'ever'], /found for "ever", expected a duration/);
    await refused(
      ['pool=edge', '--why', 'x', '--for', '90d'],
      /found a silence of 90 d, expected at most 30 d/,
    );
    await refused(['expire', 'deadbeef'], /there is no silence deadbeef/);
    await refused([], /missing required argument 'matcher'/);
  });

  it('show what happened', async () => {
    const { code, out } = await run('audit', '--subject', 'router-7');
    assert.equal(code, 0);
    assert.match(out, /^TIME \(UTC\) +WHAT +WHO +SUBJECT +ABOUT$/m);
    assert.match(
      out,
      /^20\d\d-\d\d-\d\d \d\d:\d\d:\d\d +alert\.firing +rule Not\S* +[0-9a-f]{8} +router-7$/m,
    );
    assert.ok(out.indexOf('alert.firing') < out.indexOf('ack.ended'), 'oldest first');
    for (const line of out.split('\n')) assert.ok(line.length <= 80, line);
    const { out: json } = await run('audit', '--who', 'oncall', '--what', 'silence', '--format', 'json');
    assert.deepEqual(
      (JSON.parse(json) as { what: string }[]).map(({ what }) => what),
      ['silence.created', 'silence.expired'],
    );
    assert.equal((await run('audit', '--since', '2030-01-01T00:00:00Z')).err, 'nothing happened\n');
    assert.match((await run('audit', '--since', 'noon')).err, /--since: found "noon", expected a duration/);
    assert.match((await run('audit', '--what', 'nonsense')).err, /found what "nonsense", expected one of/);
  });

  it('say why they cannot ask the service', async () => {
    const environment = { HEADROOM_SERVICE: service.api.url };
    const failing = async (env: Record<string, string>, message: RegExp, cure: RegExp) => {
      const { code, out, err } = await headroom(['alerts'], env);
      assert.deepEqual([code, out], [1, '']);
      assert.match(err, message);
      assert.match(err, cure);
      assert.doesNotMatch(err, /\n {4}at |wrong-secret/);
    };
    await failing(environment, /answers: found no token/, /HEADROOM_TOKEN/);
    await failing({ ...environment, HEADROOM_TOKEN: 'wrong-secret' }, /not known/, /HEADROOM_TOKEN/);
    await failing({ HEADROOM_SERVICE: 'nowhere' }, /--service: found "nowhere"/, /--help/);
    const other = createServer((_request, response) => response.end('<html>'));
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(other.address() as AddressInfo).port}`;
    await failing({ HEADROOM_SERVICE: url }, /answered 200, but not as Headroom does/, /--service/);
    await new Promise((resolve) => other.close(resolve));
    await failing({ HEADROOM_SERVICE: url }, /cannot be reached: ECONNREFUSED/, /headroom serve/);
  });
});

describe('a service that is killed', () => {
  it('right after it has answered keeps acknowledgements, silences and their records', async (t) => {
    const service = prepareService(t, { rules: NOT_READY_RULES });
    await service.start();
    await service.api.push(notReady('router-7', Date.now(), { pool: 'edge' }));
    await eventually(
      'the alert fires',
      async () => (await heldAlerts(service.api, '?state=firing')).length === 1,
    );
    const [{ id }] = await heldAlerts(service.api);
    const post = (path: string, body: unknown) =>
      service.api.ask(path, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
    for (const round of [0, 1]) {
      const by = `anna-${round}`;
      assert.equal((await post(`/api/v1/alerts/${id}/ack`, { by })).status, 200);
      await service.kill();
      await service.start();
      const alert = (await heldAlerts(service.api)).find((each) => each.id === id);
      assert.equal(alert?.ack?.by, by);
      const silence = { matchers: `pool=edge,round="${round}"`, comment: 'deploy', by };
      assert.equal((await post('/api/v1/silences', silence)).status, 200);
      await service.kill();
      await service.start();
      const { silences } = await service.api.get<{ silences: { created_by: string }[] }>('/api/v1/silences');
      assert.equal(silences.at(-1)?.created_by, by);
      const { events } = await service.api.get<{ events: { what: string; who: string }[] }>('/api/v1/audit');
      for (const what of ['ack', 'silence.created']) {
        assert.ok(
          events.some((event) => event.what === what && event.who === `person ${by}`),
          what,
        );
      }
    }
  });
});
