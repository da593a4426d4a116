import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once, on as onEvent } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { packageRoot } from '../../src/paths.js';
import { fileOf, RULES, writeFiles } from '../rule-test/support.js';
import { runHeadroom } from '../support/run-headroom.js';
import { tempFolder } from '../support/temp-folder.js';

const fixtures = join(packageRoot, 'test/fixtures/rule-tests');
const passing = join(fixtures, 'passing');
const failing = join(fixtures, 'failing');
const main = fileURLToPath(new URL('../../src/main.js', import.meta.url));

/** Text without the time that things took on this machine. */
function timeless(text: string): string {
  return text.replace(/\d+(\.\d)? s$/gm, 'TIME').replace(/, \d+(\.\d)? s\)/g, ', TIME)');
}

describe('headroom test', () => {
  it('lists what passed, and exits with 0', async () => {
    const { code, out, err } = await runHeadroom(passing, 'test', '.');
    const lines = [
      'nodes.test.yaml',
      '  ok    a node that fails its check  TIME',
      '  ok    A node that falls silent  TIME',
    ];
    assert.deepEqual([code, timeless(out)], [0, `${lines.join('\n')}\n`]);
    assert.equal(
      timeless(err),
      '2 tests passed (1 file, TIME)\nno test names GcTakesOver; --coverage tells more\n',
    );
  });

  it('shows what failed: place, expected, found, history and a picture; and exits with 1', async () => {
    const { code, out, err } = await runHeadroom(failing, 'test', 'nodes.test.yaml');
    assert.equal(timeless(out), readFileSync(join(failing, 'expected.txt'), 'utf8'));
    assert.deepEqual([code, timeless(err)], [1, '0 tests passed, 6 failed (1 file, TIME)\n']);
  });

  it('shows what failed of a forecast', async (t) => {
    const rules = `groups:
  - name: g
    rules:
      - alert: Leak
        forecast: { of: rss, reaches: memory_limit, within: 2h, probability: 60% }
`;
    const text = fileOf(
      '{ r-1: { rss: 400MiB + 1MiB x 600, memory_limit: 1GiB } }',
      '- { at: 2h20m, alert: Leak, cause: gc, probability: below 20%, breach_p50: [5h, 6h], message: { subject: hello } }',
    );
    const folder = writeFiles(t, { 'x.yaml': rules, 'x.test.yaml': text });
    const { code, out } = await runHeadroom(folder, 'test', 'x.yaml');
    assert.equal(code, 1);
    assert.match(
      out,
      /^x\.test\.yaml:5:35 FAIL a case\n {2}expected {2}Leak on r-1 has the cause gc\n {2}found {5}leak\n {2}history {3}1h\S+ +pending +rss reaches memory_limit \(1 GiB\) within 2 h with probability 0\.\d+/m,
    );
    assert.match(
      out,
      /^x\.test\.yaml:5:46 FAIL a case\n {2}expected {2}Leak on r-1 has a probability below 20%\n {2}found {5}[\d.]+%$/m,
    );
    assert.match(
      out,
      /^x\.test\.yaml:5:70 FAIL a case\n {2}expected {2}Leak on r-1 most likely reaches its limit between 5h and 6h\n {2}found {5}most likely at 2h\d+m/m,
    );
    assert.match(
      out,
      /^x\.test\.yaml:5:103 FAIL a case\n {2}expected {2}the subject of its message contains "hello"\n {2}found {5}\[ticket\] r-1 reaches its memory limit/m,
    );
    assert.match(out, /^ {4}1 GiB \|-+\*+ memory_limit$/m);
  });

  it('runs the tests of the rules that ship where there are none, and finds nothing', async (t) => {
    const { code, out, err } = await runHeadroom(tempFolder(t), 'test', '--coverage');
    assert.doesNotMatch(out, /FAIL/);
    assert.match(
      out,
      /^coverage\n8 of 8 rules have a case in which it fires and one in which it is silent$/m,
    );
    assert.match(err, /^\d\d tests passed \(1 file, /);
    assert.equal(code, 0);
  });

  it('runs those in ./rules, in folders below too', async (t) => {
    const test = fileOf('{ r-1: { ready: 1 x 9 } }');
    const folder = writeFiles(t, {
      'rules/a/x.yaml': RULES,
      'rules/a/x.test.yaml': test,
      'rules/.old/y.test.yaml': '',
    });
    const { code, out } = await runHeadroom(folder, 'test');
    assert.deepEqual([code, timeless(out)], [0, 'rules/a/x.test.yaml\n  ok    a case  TIME\n']);
  });

  it('runs those with a word in their name', async () => {
    const { code, out } = await runHeadroom(passing, 'test', '--filter', 'a node that FALLS', 'nodes.yaml');
    assert.deepEqual([code, timeless(out)], [0, 'nodes.test.yaml\n  ok    A node that falls silent  TIME\n']);
  });

  it('lists rules without a case in which they fire, or are silent, and exits with 1', async () => {
    const { code, out } = await runHeadroom(passing, 'test', '--coverage', '.');
    const [, coverage] = out.split('\ncoverage\n');
    assert.equal(
      coverage,
      '  GcTakesOver  no case at all  nodes.yaml:9\n2 of 3 rules have a case in which it fires and one in which it is silent\n',
    );
    assert.equal(code, 1);
  });

  it('does not take silence for a case where the rule has no data', async (t) => {
    const folder = writeFiles(t, { 'x.yaml': RULES, 'x.test.yaml': fileOf('{ r-1: { rss: 5B x 9 } }') });
    const { out } = await runHeadroom(folder, 'test', '--coverage', 'x.test.yaml');
    assert.match(out, /^ {2}Down {4}no case at all {2}x\.yaml:4$/m);
    assert.match(out, /^ {2}Silent {2}no case in which it fires {2}x\.yaml:6$/m);
  });

  it('exits with 2 when a file cannot be used, and runs the others', async (t) => {
    const folder = writeFiles(t, {
      'x.yaml': RULES,
      'x.test.yaml': fileOf('{ r-1: { ready: 1 x 9 } }'),
      'y.yaml': RULES,
      'y.test.yaml': fileOf('{ r-1: { redy: 1 x 9 } }'),
    });
    const { code, out, err } = await runHeadroom(folder, 'test', '.');
    assert.deepEqual([code, timeless(out)], [2, 'x.test.yaml\n  ok    a case  TIME\n']);
    assert.match(
      err,
      /^y\.test\.yaml:3:21 error redy: is not a known key \[syntax\/unknown-key\]\n {2}3 \| .*\n {4}\| {21}\^{4}\n {4}= did you mean `ready`\?$/m,
    );
  });

  it('exits with 2 when there is nothing to run, and says why', async (t) => {
    const folder = writeFiles(t, { 'x.yaml': RULES });
    const table = [
      [
        ['x.yaml'],
        'x.yaml:1:1 error has no rule tests [syntax/unreadable]\n    = write x.test.yaml; docs/rule-tests.md says how',
      ],
      [
        ['.'],
        '.:1:1 error holds no rule tests [syntax/unreadable]\n    = write x.test.yaml beside x.yaml; docs/rule-tests.md says how',
      ],
      [
        ['none'],
        'none:1:1 error is not there [syntax/unreadable]\n    = name a folder of rules, a rule file or a file of rule tests',
      ],
      [
        ['--filter', 'zebra', passing],
        'no test has "zebra" in its name; leave --filter out to see all names',
      ],
      [['--format', 'xml'], "argument 'xml' is invalid. Allowed choices are text, json, junit, github."],
    ] as const;
    for (const [args, message] of table) {
      const { code, out, err } = await runHeadroom(folder, 'test', ...args);
      assert.deepEqual([code, out], [2, '']);
      assert.ok(err.includes(message), err);
    }
  });

  it('prints JSON', async () => {
    const { code, out } = await runHeadroom(
      failing,
      'test',
      '--format',
      'json',
      '--coverage',
      '--filter',
      'no data',
      '.',
    );
    const told = JSON.parse(out, (key, value) => (key === 'seconds' ? typeof value : value));
    assert.equal(code, 1);
    assert.deepEqual(told, {
      passed: 0,
      failed: 1,
      seconds: 'number',
      files: [
        {
          file: 'nodes.test.yaml',
          tests: [
            {
              name: 'no data for the rule',
              line: 7,
              column: 11,
              passed: false,
              seconds: 'number',
              failures: [
                {
                  line: 10,
                  column: 9,
                  alert: 'Down',
                  node: 'r-1',
                  expected: 'Down on r-1 is firing at 5m',
                  found: 'inactive; it was never pending or firing before',
                  rule: { at_s: 300, truth: 'unknown', reason: 'ready has not been sent' },
                  history: [],
                },
              ],
            },
          ],
        },
      ],
      coverage: [
        { rule: 'Down', file: 'nodes.yaml', line: 4, firing: 1, silent: 0 },
        { rule: 'Silent', file: 'nodes.yaml', line: 6, firing: 0, silent: 0 },
        { rule: 'GcTakesOver', file: 'nodes.yaml', line: 9, firing: 0, silent: 0 },
      ],
    });
  });

  it('prints JUnit XML', async (t) => {
    const test = `${fileOf('{ r-1: { ready: 0 x 9 } }', '- never: Down')}`.replace(
      'a case',
      '"a <case> & more"',
    );
    const folder = writeFiles(t, { 'x.yaml': RULES, 'x.test.yaml': test });
    const { code, out } = await runHeadroom(folder, 'test', '--format', 'junit', 'x.yaml');
    assert.equal(code, 1);
    assert.equal(
      out.replace(/time="[\d.]+"/g, 'time="T"'),
      `<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="headroom test" tests="1" failures="1" errors="0" time="T">
  <testsuite name="x.test.yaml" tests="1" failures="1" errors="0" time="T">
    <testcase name="a &lt;case&gt; &amp; more" classname="x.test.yaml" file="x.test.yaml" line="2" time="T">
      <failure type="expectation" message="expected: Down on r-1 never fires; found: it fires, since 2m: fails its readiness check for 2 min">x.test.yaml:5:9
expected: Down on r-1 never fires
found: it fires, since 2m: fails its readiness check for 2 min
history:
  2m firing: fails its readiness check for 2 min</failure>
    </testcase>
  </testsuite>
</testsuites>
`,
    );
  });

  it('prints what GitHub shows beside the lines', async (t) => {
    const test = fileOf('{ r-1: { ready: 0 x 9 } }', '- never: Down').replace('a case', '"100%, a: case"');
    const folder = writeFiles(t, {
      'x.yaml': RULES,
      'x.test.yaml': test,
      'y.yaml': RULES,
      'y.test.yaml': 'tests: []\n',
    });
    const { code, out } = await runHeadroom(folder, 'test', '--format', 'github', '.');
    assert.equal(code, 2);
    assert.equal(
      out,
      '::error file=y.test.yaml,line=1,col=8,title=rule tests::tests: must have at least one test, found a list\n' +
        '::error file=x.test.yaml,line=5,col=9,title=100%25%2C a%3A case::expected: Down on r-1 never fires%0Afound: it fires, since 2m: fails its readiness check for 2 min%0Ahistory:%0A  2m firing: fails its readiness check for 2 min\n',
    );
  });

  it('--watch runs again when a test or its rules change', { timeout: 60_000 }, async (t) => {
    const folder = writeFiles(t, {
      'r/x.yaml': RULES,
      't/x.test.yaml': `rules: ../r/x.yaml\n${fileOf('{ r-1: { ready: 0 x 9 } }', '- never: Down')}`,
    });
    const child = spawn(process.execPath, [main, 'test', '--watch', 't'], {
      cwd: folder,
      env: { PATH: process.env.PATH },
    });
    const ended = once(child, 'close');
    t.after(async () => {
      child.kill('SIGTERM');
      await ended;
    });
    let said = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
    let waits = 0;
    child.stderr.setEncoding('utf8');
    const nextRun = async () => {
      const wanted = waits + 1;
      for await (const [text] of onEvent(child.stderr, 'data')) {
        if (String(text).includes('waiting for changes')) waits++;
        if (waits >= wanted) return said;
      }
      throw new Error('it ended');
    };
    assert.match(await nextRun(), /FAIL {2}a case/);
    said = '';
    writeFileSync(join(folder, 'r/x.yaml'), RULES.replace('notReady: 2m', 'notReady: 1h'));
    assert.match(await nextRun(), /ok {4}a case/);
    said = '';
    writeFileSync(
      join(folder, 't/x.test.yaml'),
      `rules: ../r/x.yaml\n${fileOf('{ r-1: { ready: 0 x 9 } }', '- { at: 2m, alert: Down }')}`,
    );
    assert.match(await nextRun(), /FAIL {2}a case/);
  });
});
