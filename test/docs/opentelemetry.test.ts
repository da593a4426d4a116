import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parse, parseDocument } from 'yaml';
import { packageRoot } from '../../src/paths.js';

interface Collector {
  readonly service: {
    readonly extensions: readonly string[];
    readonly pipelines: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
  };
  readonly [section: string]: unknown;
}

test("the Collector's configuration is YAML of which every piece is made once and used", () => {
  const text = readFileSync(join(packageRoot, 'examples/agents/otel-collector.yaml'), 'utf8');
  const document = parseDocument(text, { uniqueKeys: true });
  assert.deepEqual([...document.errors, ...document.warnings], []);
  const config = document.toJS() as Collector;
  const used = (kind: string) => Object.values(config.service.pipelines).flatMap((each) => each[kind]);
  for (const kind of ['receivers', 'processors', 'exporters']) {
    assert.deepEqual(Object.keys(config[kind] as object).sort(), used(kind).sort(), kind);
  }
  assert.deepEqual(Object.keys(config.extensions as object), config.service.extensions);
});

test("the page's exporter is the example's", () => {
  const page = readFileSync(join(packageRoot, 'docs/agents/opentelemetry-collector.md'), 'utf8');
  const shown = /```yaml\n([\s\S]*?)```/.exec(page)?.[1] ?? '';
  const text = readFileSync(join(packageRoot, 'examples/agents/otel-collector.yaml'), 'utf8');
  assert.deepEqual(parse(shown).exporters, parse(text).exporters);
});
