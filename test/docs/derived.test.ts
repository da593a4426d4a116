import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { z } from 'zod';
import { Problem } from '../../src/problem.js';
import { knownNames, loadNames } from '../../src/receive/index.js';
import { metric, read, table } from '../../src/receive/names/schema.js';
import { readTrace } from '../../src/replay/index.js';
import { SIGNALS } from '../../src/telemetry/index.js';
import { SHAPES, type ShapeModel } from '../../src/trend/shapes/index.js';
import { tempFolder } from '../support/temp-folder.js';
import { checkSection, readPage } from './pages.js';

function keysOf(schema: z.ZodObject): string {
  const rows = Object.entries(schema.shape).map(
    ([key, field]) => `| \`${key}\` | ${(field as z.ZodType).description ?? KEYS[key]} |`,
  );
  return `| key | meaning |\n|---|---|\n${rows.join('\n')}`;
}

/** Keys that explain themselves in the schema. */
const KEYS: Readonly<Record<string, string>> = {
  measurement: 'Name of the measurement. Required.',
  about: 'A note for people.',
  where: 'Tags that a line must have; "" stands for an absent one.',
};

const ABOUT_SHAPES: Readonly<Record<string, string>> = {
  flat: 'stays where it is',
  linear: 'a straight line',
  'linear by requests': 'so much of every request stays, as many as come',
  'linear by time beside traffic': 'a straight line on top of what goes with the rate of requests',
  saturating: 'slows towards a ceiling, as a cache that warms up',
  stepwise: 'steps of about one size, about one interval apart',
  periodic: 'comes and goes and comes back',
  'load-driven': 'goes with the rate of requests',
  accelerating: 'feeds itself, as a leak under growing traffic; bends only for a while ahead',
};

/** Pages of shapes that have another name than theirs. */
const PAGES: Readonly<Record<string, string>> = {
  'linear by requests': 'per-request',
  'linear by time beside traffic': 'beside-traffic',
};

describe('what follows from the code', () => {
  it('the keys of a table of names', () => {
    checkSection('docs/names.md', 'table keys', keysOf(table));
    checkSection('docs/names.md', 'read keys', keysOf(read));
    checkSection('docs/names.md', 'metric keys', keysOf(metric));
  });

  it('the names that are known, their sources in order, and the traps', () => {
    const names = loadNames();
    const known = new Map(
      knownNames(names).map(({ metric, signal, source }) => [
        `${metric} ${signal}`,
        `| \`${metric}\` | \`${signal}\` | ${source} |`,
      ]),
    );
    const rows = [...known].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
    checkSection(
      'docs/names.md',
      'known names',
      `| metric | signal | source |\n|---|---|---|\n${rows.join('\n')}`,
    );
    const orders = SIGNALS.map((signal) => `| \`${signal}\` | ${names.kinds.orderOf(signal).join(', ')} |`);
    checkSection(
      'docs/names.md',
      'sources',
      `| signal | sources, the best first |\n|---|---|\n${orders.join('\n')}`,
    );
    const traps = [...names.traps].map(([name, reason]) => `| \`${name}\` | ${reason} |`);
    checkSection('docs/names.md', 'traps', `| metric | why it is not used |\n|---|---|\n${traps.join('\n')}`);
  });

  it('the shapes that compete for a forecast', () => {
    const nameOf = ({ shape, by }: ShapeModel): string => (by ? `${shape} by ${by}` : shape);
    const rows = [...new Set(SHAPES.map(nameOf))].map((name) => {
      assert.ok(ABOUT_SHAPES[name], `test/docs/derived.test.ts says nothing of the shape ${name}`);
      const fitted = SHAPES.filter((model) => nameOf(model) === name).map(
        ({ over, prior }) => `${over} ${prior}`,
      );
      return `| [${name}](models/${PAGES[name] ?? name}.md) | ${ABOUT_SHAPES[name]} | ${fitted.join(', ')} |`;
    });
    const head = '| shape | what | fitted to, with its prior weight |\n|---|---|---|';
    checkSection('docs/models.md', 'shapes', `${head}\n${rows.join('\n')}`, '   ');
  });

  it('the columns of a trace', async (t) => {
    const file = join(tempFolder(t), 'trace.csv');
    writeFileSync(file, 'time_s,node,nonsense\n');
    const refused = await readTrace(file)
      .next()
      .then(
        () => undefined,
        (error: unknown) => error,
      );
    assert.ok(refused instanceof Problem);
    const known = refused.message.replace(/^.*expected /, '').split(/, | and /);
    const [, section] = readPage('docs/replay.md').split('\n## Trace files\n');
    const written = [...section.split('\n## ')[0].matchAll(/^\| `(\w+)` \|/gm)].map(([, name]) => name);
    assert.deepEqual(written.sort(), known.sort());
  });
});
