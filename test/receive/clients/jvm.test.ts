import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { packageRoot } from '../../../src/paths.js';
import { expectForecast } from '../../support/forecast.js';
import { startService } from '../../support/start-service.js';

const RULES = `
groups:
  - name: g
    rules:
      - alert: Breach
        forecast: { of: heap, reaches: heap_limit, within: 3m, probability: 50% }
`;

function hasJdk(): boolean {
  try {
    execFileSync('javac', ['-version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

const skip = hasJdk() ? false : 'a JDK is missing (apt-get install default-jdk-headless)';

test('a leaking JVM that sends OTLP in JSON ends in a right forecast', { skip }, async (t) => {
  const { api } = await startService(t, { rules: RULES });
  const program = join(packageRoot, 'examples/agents/JvmMemory.java');
  const args = [
    '-XX:+UseSerialGC',
    '-Xms512m',
    '-Xmx512m',
    program,
    api.url,
    'router',
    'jvm-1',
    '250',
    '2000',
  ];
  const java = spawn('java', args, { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  java.stderr.on('data', (piece) => {
    said += piece;
  });
  t.after(() => java.kill('SIGKILL'));
  await expectForecast(api, { node: 'router/jvm-1', signal: 'heap', limit: undefined, withinMs: 60_000 });
  assert.equal(said, '');
  const starts = new Set(
    (await api.samples('router/jvm-1', 'start_time', 0, Number.MAX_SAFE_INTEGER)).map(([, s]) => s),
  );
  assert.equal(starts.size, 1, 'one process has one start');
});
