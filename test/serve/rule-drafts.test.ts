import assert from 'node:assert/strict';
import { readFileSync, statSync } from 'node:fs';
import { describe, it, type TestContext } from 'node:test';
import type {
  BacktestShape,
  DraftCheckShape,
  ExplainShape,
  RuleFilesShape,
  RuleFindingsShape,
} from '../../src/serve/rules/shapes.js';
import type { Api } from '../support/api.js';
import { buildService } from '../support/build-service.js';
import { RoundClock } from '../support/round-clock.js';
import { until } from '../support/until.js';

const NOW = Date.UTC(2026, 10, 24, 12);
const MINUTE = 60_000;
const RULES = `groups:
  - name: memory
    rules:
      - alert: Breach
        forecast: { of: rss, reaches: memory_limit, within: 2h, probability: 50% }
        for: 2m
        severity: page
      - alert: Odd
        absent: { after: 5m }
        severity: ticket
`;
const TOKENS = {
  people: {
    tokens: [
      { name: 'ann', token: 'admin-secret-1', role: 'admin' },
      { name: 'wall', token: 'reader-secret-1' },
      { name: 'tv', token: 'reader-secret-2' },
    ],
  },
};

async function build(t: TestContext, config: Record<string, unknown> = {}) {
  const clock = new RoundClock(NOW);
  const built = await buildService(t, { clock, rules: RULES, config });
  const { api } = built;
  const post = async (path: string, body: unknown, token?: string) => {
    const headers = {
      'content-type': 'application/json',
      ...(token ? { authorization: `Bearer ${token}` } : {}),
    };
    return api.ask(`/api/v1/${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
  };
  return { ...built, clock, post };
}

async function fileOf(api: Api, token?: string): Promise<string> {
  const headers: Record<string, string> = token ? { authorization: `Bearer ${token}` } : {};
  const { text } = await api.ask('/api/v1/rules/files', { headers });
  return (JSON.parse(text) as RuleFilesShape).files[0].file;
}

/** Leaks that fill 1 GB in two hours and restart there, for six hours. */
async function sendLeaks(api: Api, nodes = 1): Promise<void> {
  for (let node = 1; node <= nodes; node++) await sendLeak(api, `r-${node}`);
}

async function sendLeak(api: Api, node: string): Promise<void> {
  const samples = Array.from({ length: 6 * 120 }, (_, index) => ({
    node,
    time: NOW - 6 * 60 * MINUTE + index * 30_000,
    rss: 2e8 + ((index % 240) / 240) * 8e8,
    memory_limit: 1e9,
    start_time: (NOW - 6 * 60 * MINUTE + Math.floor(index / 240) * 240 * 30_000) / 1000,
  }));
  await api.push(samples);
}

async function ended(api: Api, id: string): Promise<BacktestShape> {
  let job: BacktestShape | undefined;
  await until(async () => {
    job = await api.get<BacktestShape>(`/api/v1/rules/backtests/${id}`);
    return job.state !== 'running';
  }, 'the backtest has ended');
  return job as BacktestShape;
}

describe('rule files by HTTP', () => {
  it('are told as they were armed, with their hash, their findings and the schema', async (t) => {
    const { api } = await build(t);
    const { files, hash } = await api.get<RuleFilesShape>('/api/v1/rules/files');
    assert.deepEqual(
      files.map(({ name, text, rules }) => [name, text, rules]),
      [['rules.yaml', RULES, ['Breach', 'Odd']]],
    );
    assert.match(`${hash} ${files[0].hash}`, /^[0-9a-f]{16} [0-9a-f]{16}$/);
    const { armed, refused, skipped } = await api.get<RuleFindingsShape>('/api/v1/rules/findings');
    assert.deepEqual([armed, refused], [[], null]);
    assert.ok(skipped.includes('route/reaches-nobody'), skipped.join());
    const schema = await api.get<{ title: string }>('/api/v1/rules/schema');
    assert.equal(schema.title, 'Headroom rules');
    const page = await api.get<ExplainShape>('/api/v1/rules/explain?code=rule/never-fires');
    assert.equal(page.text, readFileSync('docs/checks/rule/never-fires.md', 'utf8'));
    const { status } = await api.ask('/api/v1/rules/explain?code=../../../etc/passwd');
    assert.equal(status, 404);
  });

  it('are checked as edited, with places, by the loader and the checks; nothing is written or armed', async (t) => {
    const { api, post } = await build(t);
    const file = await fileOf(api);
    const before = statSync(file).mtimeMs;
    const check = async (text: string) =>
      JSON.parse((await post('rules/check', { file, text })).text) as DraftCheckShape;
    assert.deepEqual((await check(RULES)).changed, []);
    const wrong = await check(RULES.replace('for: 2m', 'for: 2 minutes'));
    assert.equal(wrong.usable, false);
    assert.deepEqual(
      wrong.findings.map(({ line, column, code }) => [line, column, code]),
      [[6, 14, 'syntax/bad-unit']],
    );
    const unwise = await check(RULES.replace('50%', '99.9%').replace('alert: Odd', 'alert: Lost'));
    assert.equal(unwise.usable, true);
    assert.deepEqual(unwise.changed, ['Breach', 'Lost', 'Odd']);
    assert.deepEqual(
      unwise.findings.map(({ code, line }) => [code, line]),
      [['rule/probability-extreme', 5]],
    );
    assert.equal(readFileSync(file, 'utf8'), RULES);
    assert.equal(statSync(file).mtimeMs, before);
    assert.deepEqual((await check(RULES)).changed, []);
  });

  it('are not taken when they are too large, of another file, or come too often', async (t) => {
    const { api, post } = await build(t);
    const file = await fileOf(api);
    assert.equal((await post('rules/check', { file, text: '#'.repeat(300_000) })).status, 413);
    const other = await post('rules/check', { file: '/etc/passwd', text: '' });
    assert.equal(other.status, 404);
    assert.match(other.text, /which is not armed/);
    let last = await post('rules/check', { file, text: RULES });
    for (let turn = 0; turn < 120 && last.status === 200; turn++) {
      last = await post('rules/check', { file, text: RULES });
    }
    assert.equal(last.status, 429);
    assert.equal(last.headers.get('retry-after'), '60');
  });
});

describe('a backtest of an edit by HTTP', () => {
  it('says when the edited rules would have fired against the armed ones', async (t) => {
    const { api, post } = await build(t);
    await sendLeaks(api);
    const file = await fileOf(api);
    const text = RULES.replace('probability: 50%', 'probability: 90%');
    const begun = await post('rules/backtests', { file, text, range: 'day' });
    assert.equal(begun.status, 200, begun.text);
    const { result, fault, done } = await ended(api, (JSON.parse(begun.text) as BacktestShape).id);
    assert.equal(fault, null);
    assert.equal(done, 1);
    assert.deepEqual(
      result?.rules.map(({ rule, change, fields }) => [rule, change, fields]),
      [['Breach', 'changed', ['forecast.probability']]],
    );
    assert.ok(result.armed.length > 0);
    assert.ok(result.edited.every(({ node, rule }) => node === 'r-1' && rule === 'Breach'));
    const [armed, edited] = [result.armed[0].fired_at, result.edited[0].fired_at];
    assert.ok(edited >= armed, `${edited} ${armed}`);
    assert.equal(result.rules[0].armed?.alerts, result.armed.length);
  });

  it('takes a rule that is new and one that is gone', async (t) => {
    const { api, post } = await build(t);
    await sendLeaks(api);
    const file = await fileOf(api);
    const added = `${RULES}      - alert: Later\n        forecast: { of: rss, within: 1h }\n        severity: page\n`;
    for (const [text, change] of [
      [added, 'added'],
      [RULES.slice(0, RULES.indexOf('      - alert: Odd')), 'removed'],
    ]) {
      const { id } = JSON.parse((await post('rules/backtests', { file, text, range: 'week' })).text);
      const { result, fault } = await ended(api, id);
      assert.equal(fault, null);
      assert.deepEqual(
        result?.rules.map((each) => each.change),
        [change],
      );
    }
  });

  it('refuses errors with their place, and says that there is no history', async (t) => {
    const { api, post } = await build(t);
    const file = await fileOf(api);
    const wrong = await post('rules/backtests', { file, text: RULES.replace('2m', 'soon'), range: 'day' });
    assert.equal(wrong.status, 400);
    assert.deepEqual([JSON.parse(wrong.text).code, JSON.parse(wrong.text).line], ['bad-rules', 6]);
    const { id } = JSON.parse((await post('rules/backtests', { file, text: RULES, range: 'day' })).text);
    const { state, fault } = await ended(api, id);
    assert.equal(state, 'failed');
    assert.match(fault?.message ?? '', /has no history/);
  });

  it('runs one at a time, for readers too; others may not end it, and who leaves loses it', async (t) => {
    const { api, clock, post } = await build(t, TOKENS);
    await sendLeaks(api, 60);
    const file = await fileOf(api, 'reader-secret-1');
    const begin = (token: string) => post('rules/backtests', { file, text: RULES, range: 'day' }, token);
    const ask = (id: string, token: string, method: string) =>
      api.ask(`/api/v1/rules/backtests/${id}`, { method, headers: { authorization: `Bearer ${token}` } });
    const { id } = JSON.parse((await begin('reader-secret-1')).text) as BacktestShape;
    const busy = await begin('admin-secret-1');
    assert.equal(busy.status, 409);
    assert.match(busy.text, /a backtest of \\"wall\\" runs/);
    assert.equal((await ask(id, 'reader-secret-2', 'DELETE')).status, 403);
    const ended = JSON.parse((await ask(id, 'admin-secret-1', 'DELETE')).text) as BacktestShape;
    assert.notEqual(ended.state, 'running');
    assert.equal((await begin('admin-secret-1')).status, 200);
    await clock.pass(40_000, 5000);
    await until(async () => (await begin('reader-secret-2')).status === 200, 'the place is free');
  });
});
