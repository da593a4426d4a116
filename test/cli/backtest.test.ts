import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { hours, leaking, RULES, steady, writeHandMade } from '../support/hand-made.js';
import { openReceiver } from '../support/receiver.js';
import { runHeadroom } from '../support/run-headroom.js';
import { tempFolder } from '../support/temp-folder.js';

const MAIN = fileURLToPath(new URL('../../src/main.js', import.meta.url));

/** A folder with a recording and rules in it. */
function workplace(t: TestContext): string {
  const folder = tempFolder(t);
  writeHandMade(folder, 'made', hours(6), { a: leaking(300, 150), b: steady(400) });
  mkdirSync(join(folder, 'rules'));
  writeFileSync(join(folder, 'rules', 'memory.yaml'), RULES);
  return folder;
}

function git(folder: string, ...command: string[]): void {
  const env = { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_SYSTEM: '/dev/null' };
  const who = ['-c', 'user.name=t', '-c', 'user.email=t@example'];
  execFileSync('git', ['-C', folder, ...who, ...command], { stdio: 'ignore', env });
}

describe('headroom backtest', () => {
  it('tells in a table what the rules would have done', async (t) => {
    const { code, out, err } = await runHeadroom(workplace(t), 'backtest', 'made.csv');
    assert.deepEqual([code, err], [0, '']);
    assert.match(out, /^made\.csv: 6 h in all, 2 nodes, 1,440 samples\.$/m);
    assert.match(out, /^1 breach: 1 caught, 0 late, 0 missed\. /m);
    assert.match(out, /^Breach +page +1 +- +1 +1 +0 +0 +0 +0 +1 +0 +0 +\S.*$/m);
    assert.match(out, /^Growing +growth +ticket /m);
  });

  it('writes JSON, Markdown and HTML, to a file where asked to', async (t) => {
    const folder = workplace(t);
    const json = await runHeadroom(folder, 'backtest', 'made.csv', '--format', 'json');
    const told = JSON.parse(json.out);
    assert.equal(told.outcome.totals.caught, 1);
    assert.equal(told.breaches[0].how, 'died');
    const forecast = told.outcome.alerts.find(({ rule }: { rule: string }) => rule === 'Breach');
    assert.ok(forecast.breach_p50 > forecast.fired_at);
    const page = await runHeadroom(
      folder,
      ...['backtest', 'made.csv', '--format', 'html', '--output', 'report.html'],
    );
    assert.deepEqual([page.code, page.out, page.err], [0, '', '']);
    assert.match(readFileSync(join(folder, 'report.html'), 'utf8'), /^<!doctype html>[\s\S]*<\/html>\n$/);
    assert.deepEqual(readdirSync(folder).sort(), ['made.csv', 'report.html', 'rules']);
  });

  it('compares with a folder, and with the rules of a commit', async (t) => {
    const folder = workplace(t);
    git(folder, 'init', '-q', '-b', 'main');
    git(folder, 'add', 'rules');
    git(folder, 'commit', '-qm', 'rules: first');
    const weaker = RULES.replace('probability: 50%', 'probability: 99%');
    writeFileSync(join(folder, 'rules', 'memory.yaml'), weaker);
    const { code, out } = await runHeadroom(
      folder,
      ...['backtest', 'made.csv', '--against', 'main', '--format', 'markdown'],
    );
    assert.equal(code, 0);
    assert.match(out, /^\| Breach \| changed: forecast\.probability \| /m);
    assert.match(out, /^\| Growing \| same \| /m);
    assert.match(out, /<summary>Breaches seen differently: 1<\/summary>/);
    mkdirSync(join(folder, 'old'));
    writeFileSync(join(folder, 'old', 'memory.yaml'), RULES);
    writeFileSync(
      join(folder, 'rules', 'memory.yaml'),
      RULES.replace('probability: 50%', 'probability: 95%'),
    );
    const later = await runHeadroom(folder, 'backtest', 'made.csv', '--against', 'old', '--strict');
    assert.deepEqual([later.code, later.err], [0, ''], 'late is not missed');
    const never = RULES.replace('within: 2h', 'within: 1m');
    writeFileSync(join(folder, 'rules', 'memory.yaml'), never);
    const worse = await runHeadroom(folder, 'backtest', 'made.csv', '--against', 'old', '--strict');
    assert.equal(worse.code, 1, worse.out);
    assert.match(worse.out, /caught +missed/);
  });

  it('leaves nothing half-written when it is interrupted', async (t) => {
    const folder = workplace(t);
    // A service whose history never ends: what comes first is sent, then nothing.
    const extent = JSON.stringify({ oldest: 0, newest: 3_600_000, nodes: 1, rows: 1 });
    let hasAsked: () => void = () => {};
    const asked = new Promise<void>((resolve) => {
      hasAsked = resolve;
    });
    const service = await openReceiver((response, { path }) => {
      if (path.endsWith('/extent')) response.end(extent);
      else {
        response.write('{"node":"a","time":1000,"rss":1,"memory_limit":2}\n');
        hasAsked();
      }
    });
    t.after(() => service.close());
    const child = spawn(
      process.execPath,
      [MAIN, 'backtest', '--service', service.url, '--format', 'html', '--output', 'report.html'],
      { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'], env: { PATH: process.env.PATH } },
    );
    let err = '';
    child.stderr.setEncoding('utf8').on('data', (piece: string) => {
      err += piece;
    });
    await asked;
    child.kill('SIGINT');
    const [code] = await once(child, 'close');
    assert.deepEqual([code, err], [130, 'headroom: interrupted, nothing was written\n']);
    assert.equal(existsSync(join(folder, 'report.html')), false);
    assert.deepEqual(readdirSync(folder).sort(), ['made.csv', 'rules']);
  });

  const BAD: Readonly<Record<string, { readonly given: readonly string[]; readonly says: string }>> = {
    'no history': {
      given: [],
      says: 'headroom: name one history: trace files, --data FOLDER or --service URL\n  For example: headroom backtest --service http://127.0.0.1:8420 --from 7d\n',
    },
    'two histories': {
      given: ['made.csv', '--data', 'data'],
      says: 'headroom: name one history: trace files, --data FOLDER or --service URL\n  For example: headroom backtest --service http://127.0.0.1:8420 --from 7d\n',
    },
    'a time that is none': {
      given: ['--data', 'data', '--from', 'yesterday'],
      says: 'headroom: --from: found "yesterday", expected a time such as 30d, or RFC 3339 such as 2026-11-01T00:00:00Z\n  See --help.\n',
    },
    'a stretch of a trace': {
      given: ['made.csv', '--from', '1h'],
      says: 'headroom: --from, --to and --step are not for trace files, which are read whole\n  Leave them out, or cut the files.\n',
    },
    'a step that is none': {
      given: ['--data', 'data', '--step', 'fine'],
      says: 'headroom: --step: found "fine", expected a time such as 1m, or 0 for every sample\n  See --help.\n',
    },
    'no number of threads': {
      given: ['made.csv', '--jobs', '0'],
      says: 'headroom: --jobs: found "0", expected a whole number from 1 to 999\n  See --help.\n',
    },
    'a label that is none': {
      given: ['made.csv', '--nodes', 'edge'],
      says: 'headroom: --nodes: found "edge", expected a label such as pool=edge, or node=r-*\n  See --help.\n',
    },
    'a folder that is not there': {
      given: ['--data', 'data'],
      says: 'headroom: the data folder data is not there\n  Give --data the folder that store.folder of the configuration names, --service URL, or trace files.\n',
    },
    'an address that is none': {
      given: ['--service', 'localhost'],
      says: 'headroom: --service: found "localhost", expected an address of http or https\n  Write where the service listens, such as http://127.0.0.1:8420.\n',
    },
    'a file that is not there': {
      given: ['other.csv'],
      says: "headroom: other.csv cannot be read: ENOENT: no such file or directory, open 'other.csv'\n  Check its name, and that it may be read.\n",
    },
    'rules to compare with that are nowhere': {
      given: ['made.csv', '--against', 'nowhere'],
      says: 'headroom: --against: found "nowhere", expected a path, or a commit, branch or tag of git\n  Write a folder of rules, or what `git log` knows, such as main or HEAD~1.\n',
    },
    'nodes that are not there': {
      given: ['made.csv', '--nodes', 'node=z-*'],
      says: 'headroom: made.csv has no history of these nodes\n  Widen --from, --to and --nodes, or name another source.\n',
    },
  };

  for (const [what, { given, says }] of Object.entries(BAD)) {
    it(`refuses ${what}, and says what to do`, async (t) => {
      const { code, out, err } = await runHeadroom(workplace(t), 'backtest', ...given);
      assert.deepEqual([code, out, err], [1, '', says]);
    });
  }

  it('refuses rules with errors, with their places', async (t) => {
    const folder = workplace(t);
    writeFileSync(join(folder, 'rules', 'memory.yaml'), RULES.replace('for: 2m', 'for: soon'));
    const { code, err } = await runHeadroom(folder, 'backtest', 'made.csv');
    assert.equal(code, 1);
    assert.match(err, /^headroom: rules\/memory\.yaml:6:14 /);
    git(folder, 'init', '-q', '-b', 'main');
    git(folder, 'add', 'rules');
    git(folder, 'commit', '-qm', 'rules: broken');
    writeFileSync(join(folder, 'rules', 'memory.yaml'), RULES);
    const against = await runHeadroom(folder, 'backtest', 'made.csv', '--against', 'main');
    assert.equal(against.code, 1);
    assert.match(against.err, /^headroom: main:rules\/memory\.yaml:6:14 /);
    git(folder, 'checkout', '-q', '--orphan', 'other');
    git(folder, 'rm', '-rqf', '--cached', '.');
    git(folder, 'commit', '-q', '--allow-empty', '-m', 'nothing');
    const none = await runHeadroom(folder, 'backtest', 'made.csv', '--against', 'other');
    assert.match(none.err, /^headroom: --against: there are no rules in rules at other\n {2}Name the folder/);
  });
});
