// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables in texts are what this file is about
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { loadConfig, maskConfig, readConfig } from '../../src/config/index.js';
import { formatFinding } from '../../src/evaluate/index.js';
import { packageRoot } from '../../src/paths.js';
import { Problem } from '../../src/problem.js';

const full = join(packageRoot, 'test/fixtures/config/full.yaml');
const environment = {
  DATA: '/srv',
  AGENT_TOKEN: 'agent-secret-1',
  MAIL_PASSWORD: 'mail-secret-2',
  HOOK_PASSWORD: 'hook-secret-3',
};
const secrets = [
  'agent-secret-1',
  'mail-secret-2',
  'hook-secret-3',
  'MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
  'an-inline-key',
  'an-inline-token',
];

/** Findings of a configuration, with their cures in parentheses. */
function findingsOf(text: string, variables: Record<string, string> = {}): string[] {
  const { config, findings } = readConfig('headroom.yaml', text, variables);
  assert.equal(config === undefined, findings.length > 0);
  return findings.map((finding) => {
    const said = formatFinding(finding).slice('headroom.yaml:'.length);
    return finding.cure ? `${said} (${finding.cure})` : said;
  });
}

describe('a configuration', () => {
  it('may be left out: loopback, and all defaults', () => {
    const { config, findings } = readConfig('headroom.yaml', '# nothing\n', {});
    assert.deepEqual(findings, []);
    assert.ok(config);
    assert.deepEqual(config.listen, { host: '127.0.0.1', port: 8420 });
    assert.deepEqual(config.people, { tokens: [], longestSilence: 30 * 86_400_000 });
    assert.deepEqual([config.rules, config.log], [{}, { level: 'info' }]);
    assert.deepEqual([config.store.folder, config.store.retention], ['data', 30 * 86_400_000]);
    assert.deepEqual([config.receive.tokens, config.notify.channels], [[], {}]);
  });

  it('takes variables of the environment, also where a number is expected', () => {
    const config = loadConfig(full, { ...environment, HEADROOM_PORT: '9000' });
    assert.deepEqual(config.listen, { host: '0.0.0.0', port: 9000 });
    assert.equal(config.store.folder, '/srv/headroom');
    assert.deepEqual(config.receive.tokens, [{ name: 'agents', token: 'agent-secret-1' }]);
    assert.deepEqual(config.people.tokens, [{ name: 'ann', token: 'an-inline-token', role: 'admin' }]);
    assert.equal(config.log.level, 'warn');
    assert.equal(loadConfig(full, environment).listen.port, 8421);
  });

  it('is the file that is named, else that of HEADROOM_CONFIG', (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'headroom-config-'));
    t.after(() => rmSync(folder, { recursive: true }));
    const one = join(folder, 'one.yaml');
    const two = join(folder, 'two.yaml');
    writeFileSync(one, 'listen: { port: 1 }\n');
    writeFileSync(two, 'listen: { port: 2 }\n');
    assert.equal(loadConfig(one, { HEADROOM_CONFIG: two }).listen.port, 1);
    assert.equal(loadConfig(undefined, { HEADROOM_CONFIG: two }).listen.port, 2);
    const missing = join(folder, 'three.yaml');
    assert.throws(
      () => loadConfig(missing, {}),
      (error) => error instanceof Problem && error.code === 'bad-config' && error.message.includes(missing),
    );
  });

  it('with a fault is a Problem that points at it', (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'headroom-config-'));
    t.after(() => rmSync(folder, { recursive: true }));
    const file = join(folder, 'headroom.yaml');
    writeFileSync(file, 'log:\n  level: loud\n');
    assert.throws(
      () => loadConfig(file, {}),
      (error) => {
        assert.ok(error instanceof Problem);
        assert.equal(error.code, 'bad-config');
        assert.deepEqual(error.place, { file, line: 2, column: 10, path: 'log.level' });
        return true;
      },
    );
  });
});

describe('faults of a configuration', () => {
  const tokens =
    'receive: { tokens: [{ name: a, token: aaaaaaaa }] }\npeople: { tokens: [{ name: b, token: bbbbbbbb }] }\n';
  const cases: [string, string, Record<string, string>, string[]][] = [
    ['an unknown section', 'rulez: {}\n', {}, ['1:1 rulez: is not a known key (did you mean `rules`?)']],
    [
      'an unknown type of channel',
      'notify: { channels: { c: { type: pigeon } } }\n',
      {},
      [
        '1:34 type: must be one of console, email, webhook, slack, pagerduty, alertmanager, alertmanager-webhook, found "pigeon"',
      ],
    ],
    ['a port that is text', 'listen: { port: "80" }\n', {}, ['1:17 port: must be a number, found "80"']],
    [
      'a variable that is no number where one is expected',
      'listen: { port: "${PORT}" }\n',
      { PORT: 'http' },
      ['1:17 port: must be a number, found "${PORT}"'],
    ],
    [
      'a variable that is not set',
      'store: { folder: "${DATA}/headroom" }\n',
      {},
      [
        '1:18 folder: takes the variable DATA of the environment, which is not set (set DATA, or write ${DATA:-default})',
      ],
    ],
    [
      'a variable that is not closed',
      'store: { folder: "${DATA" }\n',
      {},
      [
        '1:18 folder: must write a variable as ${NAME} or ${NAME:-default}, found ${DATA (write $${ for the characters themselves)',
      ],
    ],
    [
      'a variable without quotes inside brackets, without all that follows from it',
      'listen: { port: ${PORT} }\nlog: { level: warn }\n',
      {},
      ['1:18 this cannot stand here in YAML (inside { } or [ ], put a value with a variable in quotes)'],
    ],
    [
      'listening beyond loopback without tokens',
      'listen: { host: 0.0.0.0 }\n',
      {},
      [
        '1:17 host: must be a loopback address while receive.tokens and people.tokens are empty: anybody could write or silence, found "0.0.0.0" (add tokens under receive.tokens and people.tokens, or listen on 127.0.0.1)',
      ],
    ],
    [
      'listening beyond loopback with tokens for agents only',
      'listen: { host: "::" }\nreceive: { tokens: [{ name: a, token: aaaaaaaa }] }\n',
      {},
      [
        '1:17 host: must be a loopback address while people.tokens is empty: anybody could write or silence, found "::" (add tokens under people.tokens, or listen on 127.0.0.1)',
      ],
    ],
    ['none with tokens for both', `listen: { host: 0.0.0.0 }\n${tokens}`, {}, []],
    ['none on other loopback addresses', 'listen: { host: 127.8.0.1 }\n', {}, []],
    ['none on the loopback of IPv6', 'listen: { host: "::1" }\n', {}, []],
    [
      'a token of two holders',
      tokens.replace('bbbbbbbb', 'aaaaaaaa'),
      {},
      [
        '2:38 token: must not be a token that is given to another holder, found a value that is not shown (give each holder a token of its own)',
      ],
    ],
    [
      'a token that is too short, which is not shown',
      'people: { tokens: [{ name: b, token: hunter2 }] }\n',
      {},
      ['1:38 token: must have at least 8 characters, found a value that is not shown'],
    ],
    ['none with $${ for the characters', 'store: { folder: "a$${b}" }\n', {}, []],
  ];
  for (const [what, text, variables, expected] of cases) {
    it(what, () => assert.deepEqual(findingsOf(text, variables), expected));
  }

  it('an unknown key of a channel, with the keys of its own type only', () => {
    const [said] = findingsOf('notify: { channels: { c: { type: console, qqqqqq: x } } }\n');
    assert.match(said, /^1:43 qqqqqq: is not a known key \(known here: type\b/);
    assert.doesNotMatch(said, /password/);
  });
});

describe('secrets of a configuration', () => {
  it('are masked in what is printed and logged, and nothing else is', () => {
    const masked = maskConfig(loadConfig(full, environment));
    const text = JSON.stringify(masked);
    for (const secret of secrets) assert.ok(!text.includes(secret), `shows ${secret}`);
    assert.deepEqual(masked.people.tokens, [{ name: 'ann', token: '***', role: 'admin' }]);
    assert.equal(masked.notify.externalUrl, 'https://headroom.example.org');
    assert.match(text, /"host":"smtp.example.org".*"user":"headroom","password":"\*\*\*"/);
  });

  it('are not shown by findings on the same line', () => {
    const text = readFileSync(full, 'utf8')
      .replace('secret: whsec_', 'timeout: soon\n      secret: whsec_')
      .replace('role: admin', 'role: chief')
      .replace('to: [oncall@example.org]', 'too: []');
    const { findings } = readConfig('headroom.yaml', text, environment);
    assert.equal(findings.length, 4);
    const shown = JSON.stringify(findings);
    for (const secret of secrets) assert.ok(!shown.includes(secret), `shows ${secret}`);
    const role = findings.find(({ path }) => path.endsWith('role'));
    assert.equal(
      role?.excerpt,
      `    - { name: ann, token: ${'*'.repeat('"${ANN_TOKEN:-}an-inline-token"'.length)}, role: chief }`,
    );
  });

  it('are not shown where the syntax is broken', () => {
    for (const line of [
      'people: { tokens: [{ token: an-inline-token, role: } admin ] }',
      '  - { token: "an-inline-token }',
      'password: an-inline-token: x',
      'secret: [an-inline-token',
    ]) {
      const { config, findings } = readConfig('headroom.yaml', `listen:\n  port: 1\n${line}\n`, {});
      assert.equal(config, undefined);
      assert.ok(!JSON.stringify(findings).includes('an-inline-token'), line);
    }
  });
});
