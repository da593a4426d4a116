import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { packageRoot } from '../../src/paths.js';
import { hasCurl } from '../support/has-curl.js';
import { blocksOf } from './pages.js';
import { exampleService } from './service.js';

const MAIN = fileURLToPath(new URL('../../src/main.js', import.meta.url));

/** What each block of the page prints, in its order. */
const PRINTED: readonly RegExp[] = [
  /^[0-9a-f]{8} +firing +page +router-7 +MemoryBreach.*\n {2}rss reaches memory_limit/m,
  /^acknowledged: MemoryBreachPredicted on router-7 .* until .*15:29 UTC\ngiven back: MemoryBreachPredicted on router-7 /,
  /^nodes: 1 \(router-7\)\n[\s\S]*messages to chat[\s\S]*^\w{8} +active [\s\S]*deploy of 2026\.11\.3\nID [\s\S]*^\w{8} +active /m,
  /^ended: \w{8} pool="edge",node!~"router-\[0-5\]"$/m,
  /^[0-9a-f]{8} +firing +page +router-7 /m,
  /"state":"acknowledged".*"by":"anna","why":"looking".*"state":"active".*"created_by":"anna"/s,
  /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d +alert\.firing[\s\S]*^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d +ack /m,
];

describe('docs/oncall.md', () => {
  it('has examples that run and print what they are said to', {
    skip: hasCurl() ? false : 'curl is not installed',
  }, async (t) => {
    const { service } = await exampleService(t);
    const blocks = blocksOf('docs/oncall.md').filter(({ marks }) => marks.includes('run'));
    assert.equal(blocks.length, PRINTED.length);
    for (const [at, { text, line }] of blocks.entries()) {
      const script = text
        .replaceAll('npx headroom', `${process.execPath} ${MAIN}`)
        .replaceAll('http://127.0.0.1:8420', service.url);
      const env = { PATH: process.env.PATH, HEADROOM_SERVICE: service.url };
      const { stdout } = await promisify(execFile)('bash', ['-euo', 'pipefail', '-c', script], {
        cwd: packageRoot,
        env,
        timeout: 60_000,
      });
      assert.match(stdout, PRINTED[at], `docs/oncall.md:${line}`);
    }
  });
});
