import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { packageRoot } from '../../src/paths.js';

const fixtures = join(packageRoot, 'test/fixtures/rules');
const command = new URL('../../src/cli/check.js', import.meta.url);

const NEED_HISTORY = '7 more need history: add --traces, --service or --data\n';
const NEED_CONFIG = '3 more need the configuration: name its file, too\n';

interface Run {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs the command as a process of its own, in `cwd`. */
function check(cwd: string, ...args: string[]): Promise<Run> {
  const program = `const { checkCommand } = await import(${JSON.stringify(command.href)});
    await checkCommand().parseAsync(process.argv.slice(1), { from: 'user' });`;
  return new Promise((resolve) => {
    const options = { cwd, env: { PATH: process.env.PATH } };
    execFile(
      process.execPath,
      ['--input-type=module', '-e', program, '--', ...args],
      options,
      (error, out, err) => resolve({ code: error ? Number(error.code) : 0, out, err }),
    );
  });
}

function tempFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'headroom-check-'));
  t.after(() => rmSync(folder, { recursive: true }));
  return folder;
}

describe('headroom check', () => {
  it('shows the line, the fault in it, and the cure, and exits with 1', async () => {
    const { code, out, err } = await check(join(fixtures, 'bad'), 'several.bad.yaml');
    assert.equal(
      out,
      `several.bad.yaml:5:39 error reaches: must be a level of rss, found "heap_limit" [syntax/contradiction]
  5 |         forecast: { of: rss, reaches: heap_limit, within: 2, probability: 80 }
    |                                       ^^^^^^^^^^
    = write memory_limit

several.bad.yaml:5:59 error within: must be a duration such as 2h, found 2 [syntax/bad-unit]
  5 |         forecast: { of: rss, reaches: heap_limit, within: 2, probability: 80 }
    |                                                           ^
    = a bare number has no unit: write 2s, 2m or 2h

several.bad.yaml:5:75 error probability: must be a share such as 80% or 0.8, found 80 [syntax/bad-unit]
  5 |         forecast: { of: rss, reaches: heap_limit, within: 2, probability: 80 }
    |                                                                           ^^
    = did you mean 80%?

several.bad.yaml:6:14 error for: must be a duration such as 5m, found "5 minutes" [syntax/bad-unit]
  6 |         for: 5 minutes
    |              ^^^^^^^^^
    = write a number and its unit without a space: 90s, 5m, 1h30m, 2d

several.bad.yaml:7:9 error severty: is not a known key [syntax/unknown-key]
  7 |         severty: page
    |         ^^^^^^^
    = did you mean \`severity\`?

`,
    );
    assert.equal(err, '1 file: 5 errors\n');
    assert.equal(code, 1);
  });

  it('says so when there is no fault', async () => {
    const { code, out, err } = await check(packageRoot, 'rules');
    assert.deepEqual([code, out], [0, '']);
    assert.equal(err, `1 file with 8 rules: no faults found; 7 checks ran\n${NEED_HISTORY}${NEED_CONFIG}`);
  });

  it('checks ./rules and ./headroom.yaml by default', async (t) => {
    const folder = tempFolder(t);
    mkdirSync(join(folder, 'rules'));
    cpSync(join(fixtures, 'bad/key-unknown.bad.yaml'), join(folder, 'rules/a.yaml'));
    writeFileSync(join(folder, 'headroom.yaml'), 'listen: { prt: 1 }\n');
    const { code, out, err } = await check(folder);
    assert.match(
      out,
      /^headroom\.yaml:1:11 error prt: is not a known key .*\n[\s\S]*= did you mean `port`\?/,
    );
    assert.match(out, /^rules\/a\.yaml:6:9 error severty: is not a known key \[syntax\/unknown-key\]$/m);
    assert.deepEqual([code, err], [1, '2 files: 2 errors\n']);
  });

  it('checks the rules that ship where there are none', async (t) => {
    const { code, err } = await check(tempFolder(t));
    assert.equal(code, 0);
    assert.match(err, /^1 file with 8 rules: no faults found;/);
  });

  it('finds one alert in two files of a folder', async (t) => {
    const folder = tempFolder(t);
    const rule = 'groups: [{ name: g, rules: [{ alert: A, absent: { after: 5m } }] }]\n';
    writeFileSync(join(folder, 'a.yaml'), rule);
    writeFileSync(join(folder, 'b.yaml'), rule);
    const asSet = await check(folder, '.');
    assert.equal(asSet.code, 1);
    assert.match(
      asSet.out,
      /^b\.yaml:1:38 error alert: "A" is the name of another rule already, at a\.yaml:1 \[syntax\/duplicate-name\]$/m,
    );
    const apart = await check(folder, 'a.yaml', 'b.yaml');
    assert.equal(apart.code, 0);
  });

  it('leaves the exit code at 0 for warnings', async (t) => {
    const folder = tempFolder(t);
    writeFileSync(
      join(folder, 'a.yaml'),
      'groups: [{ name: g, rules: [{ alert: A, absent: { after: 5m }, severity: tiket }] }]\n',
    );
    const { code, out, err } = await check(folder, 'a.yaml');
    assert.match(out, /warning severity: "tiket" is allowed, but looks like a slip/);
    assert.equal(code, 0);
    assert.match(err, /^1 file with 1 rule: 1 warning;/);
    const strict = await check(folder, '--strict', 'a.yaml');
    assert.deepEqual([strict.code, strict.out], [1, out]);
  });

  it('tells what a file is that it cannot check', async (t) => {
    const folder = tempFolder(t);
    writeFileSync(join(folder, 'other.yaml'), 'services: {}\n');
    writeFileSync(join(folder, 'a.test.yaml'), 'tests: []\n');
    const { code, out } = await check(folder, 'other.yaml', 'a.test.yaml', 'missing.yaml');
    assert.equal(code, 1);
    assert.match(
      out,
      /^other\.yaml:1:1 error is neither a rule file nor a configuration \[syntax\/unreadable\]$/m,
    );
    assert.match(out, /^a\.test\.yaml:1:8 error tests: must have at least one test/m);
    assert.match(out, /^missing\.yaml:1:1 error cannot be read: ENOENT/m);
  });

  it('prints JSON for programs', async () => {
    const { code, out } = await check(join(fixtures, 'bad'), '--format', 'json', 'for-words.bad.yaml');
    assert.equal(code, 1);
    assert.deepEqual(JSON.parse(out), {
      files: 1,
      rules: 0,
      findings: [
        {
          code: 'syntax/bad-unit',
          file: 'for-words.bad.yaml',
          line: 6,
          column: 14,
          length: 9,
          path: 'groups[0].rules[0].for',
          message: 'must be a duration such as 5m, found "5 minutes"',
          cure: 'write a number and its unit without a space: 90s, 5m, 1h30m, 2d',
          severity: 'error',
          excerpt: '        for: 5 minutes',
        },
      ],
    });
  });

  it('does not know other formats', async () => {
    const { code, err } = await check(fixtures, '--format', 'xml');
    assert.equal(code, 2);
    assert.match(err, /Allowed choices are text, json, github/);
  });

  it('prints workflow commands for GitHub, with what they may not hold escaped', async (t) => {
    const folder = tempFolder(t);
    writeFileSync(
      join(folder, 'a,b.yaml'),
      'groups: [{ name: g, rules: [{ alert: A, forecast: { of: rss, probability: 99%, reaches: 90 } }] }]\n',
    );
    const { code, out } = await check(folder, '--format', 'github', 'a,b.yaml');
    assert.equal(code, 1);
    assert.equal(
      out,
      '::error file=a%2Cb.yaml,line=1,endLine=1,col=89,endColumn=91,title=syntax/bad-unit::reaches: must be a limit, a share of one, or a size, found 90%0Aa bare number has no unit: write 90MiB or 90GiB\n',
    );
    const warned = await check(folder, '--format', 'github', join(fixtures, 'good/anchors.yaml'), 'c.yaml');
    assert.match(warned.out, /^::error file=c\.yaml,line=1,/m);
  });

  it('tells what is unwise, and how many checks ran', async (t) => {
    const folder = tempFolder(t);
    const rule = '{ alert: A, forecast: { of: rss, probability: 99% } }';
    writeFileSync(join(folder, 'a.yaml'), `groups: [{ name: g, rules: [${rule}] }]\n`);
    const { code, out, err } = await check(folder, 'a.yaml');
    assert.match(out, /^a\.yaml:1:75 warning probability: .* \[rule\/probability-extreme\]$/m);
    assert.equal(code, 0);
    assert.equal(err, `1 file with 1 rule: 1 warning; 7 checks ran\n${NEED_HISTORY}${NEED_CONFIG}`);

    writeFileSync(
      join(folder, 'a.yaml'),
      `groups: [{ name: g, rules: [${rule}] }] # headroom: ignore rule/probability-extreme why not\n`,
    );
    const muted = await check(folder, '--strict', 'a.yaml');
    assert.deepEqual([muted.code, muted.out], [0, '']);
    assert.match(muted.err, /no faults found; 7 checks ran, 1 finding muted$/m);
  });

  it('checks rules against the configuration that is named beside them', async (t) => {
    const folder = tempFolder(t);
    writeFileSync(join(folder, 'c.yaml'), 'log: { level: info }\n');
    const { code, out, err } = await check(folder, join(packageRoot, 'rules'), 'c.yaml');
    assert.match(out, /^c\.yaml:1:1 warning notify: no channel is configured/);
    assert.equal(code, 0);
    assert.equal(err, `2 files with 8 rules: 1 warning; 10 checks ran\n${NEED_HISTORY}`);
  });

  it('explains a code, and knows no other', async () => {
    const { code, out, err } = await check(fixtures, '--explain', 'rule/never-fires');
    assert.deepEqual([code, err], [0, '']);
    assert.match(out, /^# rule\/never-fires\n/);
    const other = await check(fixtures, '--explain', 'rule/never-fire');
    assert.deepEqual([other.code, other.out], [2, '']);
    assert.match(
      other.err,
      /found --explain rule\/never-fire, expected .*\n {2}Did you mean rule\/never-fires\?/,
    );
  });

  it('cannot be run with an option that is none', async () => {
    const { code, err } = await check(fixtures, '--nonsense');
    assert.equal(code, 2);
    assert.match(err, /unknown option '--nonsense'/);
    assert.equal((await check(fixtures, '--help')).code, 0);
  });
});
