import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { configSchema, readConfig } from '../../src/config/index.js';
import { formatFinding, writtenSchema } from '../../src/evaluate/index.js';
import { packageRoot } from '../../src/paths.js';
import { type Part, tables } from '../docs/option-tables.js';

const file = join(packageRoot, 'docs/configuration.md');

/** A table for each section and each type of channel, from the schemas. */
function reference(): string {
  const sections = (writtenSchema(configSchema) as Part).properties ?? {};
  return Object.entries(sections)
    .map(([name, section]) => `## ${name}\n\n${section.description}\n${tables(name, section)}`)
    .join('\n');
}

describe('docs/configuration.md', () => {
  const page = readFileSync(file, 'utf8');

  it('has the options of the schemas (UPDATE_DOCS=1 writes them)', () => {
    const [start, end] = ['<!-- options, from the schemas -->\n', '<!-- end of options -->'];
    const [before, , after] = page.split(new RegExp(`(?<=${start})([\\s\\S]*)(?=${end})`));
    assert.ok(after?.startsWith(end), 'the marks are there');
    const expected = `${before}\n${reference()}\n${after}`;
    if (process.env.UPDATE_DOCS) writeFileSync(file, expected);
    else assert.equal(page, expected);
  });

  it('has examples that load', () => {
    const variables = {
      AGENT_TOKEN: 'agent-token',
      ANN_TOKEN: 'token-of-ann',
      SMTP_PASSWORD: 'password',
      WEBHOOK_SECRET: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
    };
    const blocks = [...page.matchAll(/^```yaml\n([\s\S]*?)^```$/gm)].map(([, block]) => block);
    assert.ok(blocks.length > 0);
    for (const block of blocks) {
      const { findings } = readConfig('docs/configuration.md', block, variables);
      assert.deepEqual(findings.map(formatFinding), []);
    }
  });
});
