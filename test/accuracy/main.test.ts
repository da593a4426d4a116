import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { readLabels } from '../../accuracy/read/labels.js';

const MAIN = fileURLToPath(new URL('../../accuracy/main.js', import.meta.url));
const HEADER =
  'time_s,node,version,rss_bytes,heap_used_bytes,heap_after_gc_bytes,heap_limit_bytes,memory_limit_bytes,gc_pause_seconds_total,gc_cycles_total,ready,requests_total,start_time_s';
const OWN = 'own recording, no third-party data';

function folderOf(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'headroom-accuracy-test-'));
  t.after(() => rmSync(folder, { recursive: true }));
  return folder;
}

/** Four hours of one node at 15 s; `use` gives the share of its limit. */
function writeTrace(folder: string, name: string, use: (time: number) => number): void {
  const rows = Array.from({ length: 961 }, (_, i) => {
    const time = i * 15;
    return `${time},n-1,,${Math.round(use(time) * 1e9)},,,,1000000000,,,1,${i},0`;
  });
  writeFileSync(join(folder, name), `${[HEADER, ...rows].join('\n')}\n`);
}

function writeLabels(folder: string, lines: readonly (object | string)[]): void {
  const entries = lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line)));
  writeFileSync(join(folder, 'labels.json'), `[\n${entries.join(',\n')}\n]\n`);
}

function run(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [MAIN, ...args], (error, stdout, stderr) => {
      resolve({ code: error ? Number(error.code) : 0, stdout, stderr });
    });
  });
}

const benign = {
  trace: 'flat',
  node: 'n-1',
  outcome: 'benign',
  scenario: 'quiet',
  runtime: 'node',
  licence: OWN,
};
const breach = {
  ...benign,
  trace: 'leak',
  outcome: 'breach',
  breach_s: 14_400,
  onset_s: 0,
  scenario: 'map_leak',
};

describe('labels', () => {
  it('are left out with place and cure where they have a fault; the rest is read', (t) => {
    const folder = folderOf(t);
    writeLabels(folder, [
      benign,
      { ...benign, node: 'n-2', outcome: 'bad' },
      { trace: 'leak', node: 'n-1', outcome: 'breach', breach_s: 60 },
      { ...breach, onset_s: 20_000 },
      { ...benign, near_limit: [[9, 3]], node: 'n-3' },
      benign,
    ]);
    const { labels, faults } = readLabels(folder);
    assert.deepEqual(
      labels.map(({ node }) => node),
      ['n-1'],
    );
    const told = faults.map(({ place, message }) => `${place.replace(folder, '')} ${message}`).sort();
    assert.equal(told.length, 5);
    assert.match(told[0], /^\/labels.json:3:\d+ \[1\]\.outcome: .*breach.*benign/);
    assert.match(told[1], /^\/labels.json:4:\d+ .*onset_s/);
    assert.match(told[2], /^\/labels.json:5:1 onset_s 20000 is after breach_s 14400/);
    assert.match(told[3], /^\/labels.json:6:\d+ .*from_s not after to_s/);
    assert.match(told[4], /^\/labels.json:7:1 .*has a label already, at .*labels.json:2:1/);
    assert.ok(faults.every(({ cure }) => cure !== ''));
  });

  it('that are no JSON are a fault at line and column; those that are not there are refused', (t) => {
    const folder = folderOf(t);
    assert.throws(() => readLabels(folder), /is not there/);
    writeFileSync(join(folder, 'labels.json'), '[\n  {"trace": "a", oops}\n]\n');
    const [fault] = readLabels(folder).faults;
    assert.equal(fault.place, `${join(folder, 'labels.json')}:2:18`);
    assert.match(fault.message, /not JSON/);
    assert.notEqual(fault.cure, '');
  });
});

describe('npm run accuracy', () => {
  it('scores sets in folders, beside the usual rules, and writes a page with pictures of own recordings', async (t) => {
    const folder = folderOf(t);
    for (const set of ['mine', 'public']) mkdirSync(join(folder, set));
    writeTrace(join(folder, 'mine'), 'flat.csv', () => 0.5);
    writeTrace(join(folder, 'mine'), 'leak.csv', (time) => 0.2 + (0.8 * time) / 14_400);
    writeTrace(join(folder, 'mine'), 'wrong.csv', () => 0.5);
    writeLabels(join(folder, 'mine'), [benign, breach, { ...breach, trace: 'wrong' }]);
    writeTrace(join(folder, 'public'), 'flat.csv', () => 0.5);
    writeLabels(join(folder, 'public'), [{ ...breach, trace: 'flat', licence: 'MIT' }]);
    const out = join(folder, 'docs/page.md');
    mkdirSync(join(folder, 'docs'));
    const { code, stdout, stderr } = await run(folder, '--out', out);
    assert.doesNotMatch(stdout, /cross-validated/);
    assert.deepEqual([code, stderr], [0, '']);
    assert.match(stdout, /== mine: 3 nodes, 2 breaches, 12 node-hours ==/);
    assert.match(stdout, /map_leak, node +2 +2 +1 +0 +1 +0/);
    assert.match(stdout, /headroom, shipped rules +0\.50 +1\.00 +0/);
    assert.match(stdout, /predict_linear 1 h, 2 h ahead, for 5 min +0\.50 +1\.00 +0/);
    assert.match(stdout, /wrong +n-1 +map_leak +node +missed +0:00:00 +4:00:00/);
    const page = readFileSync(out, 'utf8');
    assert.doesNotMatch(page, /NaN|undefined/);
    const pictures = readdirSync(join(folder, 'docs/images/accuracy')).sort();
    assert.deepEqual(pictures, ['calibration-mine.svg', 'calibration-public.svg', 'wrong-n-1.svg']);
    for (const picture of pictures) assert.ok(page.includes(`(images/accuracy/${picture})`), picture);
    const publicPart = page.slice(page.indexOf('## public'), page.indexOf('## Definitions'));
    assert.match(publicPart, /\| flat \| n-1 \| map_leak \| node \| missed \|\n/);
  });

  it('cross-validates when asked, where two groups have breaches', async (t) => {
    const folder = folderOf(t);
    writeTrace(folder, 'flat.csv', () => 0.5);
    writeTrace(folder, 'leak.csv', (time) => 0.2 + (0.8 * time) / 14_400);
    writeTrace(folder, 'slow.csv', (time) => 0.4 + (0.6 * time) / 14_400);
    const slow = { ...breach, trace: 'slow', scenario: 'native_leak' };
    writeLabels(folder, [benign, breach, slow]);
    const out = join(folder, 'page.md');
    const { code, stdout, stderr } = await run(folder, '--cross-validate', '--out', out);
    assert.deepEqual([code, stderr], [0, '']);
    assert.match(stdout, /cross-validated, scenarios left out +1\.00 +1\.00/);
    assert.doesNotMatch(stdout, /runtimes left out +1\.00/, 'there is one runtime only');
    const page = readFileSync(out, 'utf8');
    const section = page.slice(page.indexOf('## Cross-validated'), page.indexOf('## Definitions'));
    assert.match(section, /\| headroom, shipped rules \| 1\.00 \| 1\.00 \|/);
    assert.match(section, /\| map_leak \| 1 \| 1 \| \d+ %, soon \d+ %, for \d min \| 1 \| 0 \| 1 \| 0 \|/);
    assert.match(section, /1\.00 \/ 1\.00 \*/, 'the shipped cell has its star');
    assert.doesNotMatch(section, /NaN|undefined/);
  });

  it('tells faults of traces and labels, scores the rest and exits with 1', async (t) => {
    const folder = folderOf(t);
    writeTrace(folder, 'flat.csv', () => 0.5);
    writeFileSync(join(folder, 'bad.csv'), `${HEADER}\n0,n-1,,12x,,,,1000,,,1,0,0\n`);
    writeTrace(folder, 'extra.csv', () => 0.5);
    writeLabels(folder, [
      benign,
      { ...benign, trace: 'bad' },
      { ...benign, node: 'n-9' },
      { ...benign, trace: 'gone' },
      { ...benign, outcome: 'maybe', node: 'n-8' },
    ]);
    const { code, stdout, stderr } = await run(folder, '--no-write');
    assert.equal(code, 1);
    assert.match(stdout, /: 1 nodes, 0 breaches, 4 node-hours ==/);
    assert.match(stderr, /bad\.csv:2:8 rss_bytes is "12x"; expected a number or nothing\n {2}\S/);
    assert.match(stderr, /labels\.json:4:1 there is no node n-9 in flat\.csv\n {2}Correct/);
    assert.match(stderr, /labels\.json:5:1 there is no gone\.csv beside it\n {2}Add/);
    assert.match(stderr, /labels\.json:6:\d+ \[4\]\.outcome/);
    assert.match(stderr, /1 traces without a label were left out: .*extra\.csv/);
    assert.match(
      stderr,
      /^faults: 4; left out: 3 labelled nodes that could not be scored, 1 labels that could not be read$/m,
    );
  });

  it('leaves out traces and labels with any fault, set by set, and says so', async (t) => {
    const folder = folderOf(t);
    for (const set of ['broken', 'good']) mkdirSync(join(folder, set));
    writeTrace(join(folder, 'broken'), 'flat.csv', () => 0.5);
    writeFileSync(join(folder, 'broken/labels.json'), '[\n{"trace": "flat",\n');
    writeTrace(join(folder, 'good'), 'flat.csv', () => 0.5);
    const bad: Readonly<Record<string, string>> = {
      back: `${HEADER}\n15,n-1,,12,,,,1000,,,1,0,0\n0,n-1,,12,,,,1000,,,1,0,0\n`,
      empty: '',
      head: 'time_s,node,rss\n0,n-1,5\n',
      short: `${HEADER}\n0,n-1,,12\n`,
    };
    for (const [name, text] of Object.entries(bad)) writeFileSync(join(folder, `good/${name}.csv`), text);
    const labels = Object.keys(bad).map((trace) => ({ ...benign, trace }));
    writeLabels(join(folder, 'good'), [benign, ...labels, benign]);
    const { code, stdout, stderr } = await run(folder, '--no-write');
    assert.equal(code, 1);
    assert.match(stdout, /== good: 1 nodes, 0 breaches, 4 node-hours ==/);
    for (const place of [
      /broken\/labels\.json:3:1 is not JSON: .*\n {2}\S/,
      /good\/back\.csv:3:1 time_s goes back from 15 to 0; .*\n {2}Sort/,
      /good\/empty\.csv:1:1 is empty; expected a header line\n {2}\S/,
      /good\/head\.csv:1:13 unknown column "rss"; .*\n {2}Did you mean rss_bytes\?/,
      /good\/short\.csv:2:1 has 4 cells, the header has 13\n {2}\S/,
      /good\/labels\.json:7:1 node n-1 of flat has a label already, at .*\n {2}Keep one/,
    ]) {
      assert.match(stderr, place);
    }
    assert.match(stderr, /1 traces without a label were left out: .*broken\/flat\.csv/);
    const said =
      'faults: 6; left out: 4 labelled nodes that could not be scored, 1 labels that could not be read';
    assert.ok(stderr.endsWith(`${said}\n`), stderr);
  });

  it('scores a part when asked, without a page', async (t) => {
    const folder = folderOf(t);
    writeTrace(folder, 'flat.csv', () => 0.5);
    writeTrace(folder, 'leak.csv', (time) => 0.2 + (0.8 * time) / 14_400);
    writeLabels(folder, [benign, breach]);
    const out = join(folder, 'page.md');
    const { code, stdout, stderr } = await run(folder, '--out', out, '--leave-out', 'quiet');
    assert.equal(code, 0);
    assert.match(stdout, /: 1 nodes, 1 breaches/);
    assert.match(stderr, /no page is written/);
    assert.equal(existsSync(out), false);
  });

  it('says so where there is nothing to score', async (t) => {
    const folder = folderOf(t);
    const { code, stdout, stderr } = await run(folder, join(folder, 'nowhere'), '--no-write');
    assert.deepEqual([code, stdout], [1, '']);
    assert.match(stderr, /has no labels\.json in it/);
    assert.match(stderr, /nowhere is not there/);
  });
});
