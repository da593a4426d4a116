import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { packageRoot } from '../../src/paths.js';
import { LanguageServer, type Position } from './support/language-server.js';

const shipped = join(packageRoot, 'rules/memory.yaml');
const text = readFileSync(shipped, 'utf8');

/** Where a piece of the text begins, moved on by `shift` characters. */
function placeOf(source: string, piece: string, shift = 0): Position {
  const before = source.slice(0, source.indexOf(piece)).split('\n');
  return { line: before.length - 1, character: before[before.length - 1].length + shift };
}

describe('an editor with the YAML language server', () => {
  let server: LanguageServer;
  before(async () => {
    server = await LanguageServer.start();
  });
  after(() => server.stop());

  it('finds no fault in the rules that ship, and explains their keys', async () => {
    assert.deepEqual(await server.open(shipped, text), []);
    const within = await server.hover(shipped, placeOf(text, 'within: 2h', 2));
    assert.match(within, /How far ahead to look\./);
    assert.match(within, /A duration: `90s`/);
    assert.match(within, /When left out: `2h`/);
    const severity = await server.hover(shipped, placeOf(text, 'severity: page', 2));
    assert.match(severity, /How urgent it is: `page`, `ticket`, `info`/);
  });

  it('completes the keys of a rule and the values that are known', async () => {
    const [head] = text.split('groups:');
    const draft = `${head}groups:\n  - name: a\n    rules:\n      - alert: A\n        forecast: { of: rss }\n        \n`;
    const path = join(packageRoot, 'rules/draft.yaml');
    await server.open(path, draft);
    const keys = await server.complete(path, { line: draft.split('\n').length - 2, character: 8 });
    const labels = keys.map(({ label }) => label);
    for (const key of ['for', 'keepFiring', 'severity', 'runbook', 'summary', 'nodes', 'labels'])
      assert.ok(labels.includes(key), `${key} in ${labels}`);
    const runbook = keys.find(({ label }) => label === 'runbook');
    assert.match(JSON.stringify(runbook?.documentation), /Where the instructions for on-call are/);

    const other = draft.replace('{ of: rss }', '').replace(/ {8}\n$/, '          of: \n');
    const values = join(packageRoot, 'rules/draft-values.yaml');
    await server.open(values, other);
    const found = await server.complete(values, placeOf(other, 'of: \n', 4));
    assert.deepEqual(found.map(({ label }) => label).sort(), ['heap', 'heap_after_gc', 'heap_used', 'rss']);
  });

  it('knows tests of rules, and routes below routes', async () => {
    const path = join(packageRoot, 'rules/memory.test.yaml');
    const tests = readFileSync(path, 'utf8');
    assert.deepEqual(await server.open(path, tests), []);
    assert.match(
      await server.hover(path, placeOf(tests, 'between: [', 2)),
      /begins to fire within this time/,
    );

    const routes =
      '# yaml-language-server: $schema=../schemas/config.schema.json\nnotify:\n  route:\n    routes:\n      - routes:\n          - matchers: [a="b"]\n            ';
    const config = join(packageRoot, 'examples/draft.yaml');
    await server.open(config, routes);
    const keys = await server.complete(config, { line: 6, character: 12 });
    const labels = keys.map(({ label }) => label);
    for (const key of ['receiver', 'group_by', 'continue', 'routes'])
      assert.ok(labels.includes(key), `${key} in ${labels}`);
  });

  it('marks a wrong unit and a key that is not known while one types', async () => {
    const wrong = text.replace(/for: \S+/, 'for: 2 minutes').replace('severity: page', 'severty: page');
    const path = join(packageRoot, 'rules/wrong.yaml');
    const messages = await server.open(path, wrong);
    assert.ok(
      messages.some((message) => /does not match the pattern/.test(message)),
      messages.join('\n'),
    );
    assert.ok(
      messages.some((message) => /severty is not allowed/.test(message)),
      messages.join('\n'),
    );
  });
});
