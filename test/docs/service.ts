import { execFile } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { promisify } from 'node:util';
import { packageRoot } from '../../src/paths.js';
import { type BuiltService, buildService } from '../support/build-service.js';
import { HOUR, type Leak, leakSample, leakSamples, MIB, MINUTE, SECOND } from '../support/leak.js';
import { RoundClock } from '../support/round-clock.js';

/** The moment in which the examples of the documentation are run. */
export const NOW = Date.UTC(2026, 10, 22, 13, 29);

const STEP = 15 * SECOND;
const LEAK: Leak = {
  node: 'router-7',
  labels: { pool: 'edge', version: '2026.11.2' },
  start: NOW - 3 * HOUR,
  base: 300 * MIB,
  perHour: 180 * MIB,
  limit: 1024 * MIB,
};

/**
 * The service of the examples: the shipped rules, a node router-7 that leaks and has an alert that fires, and a webhook
 * that refuses the message of it, so that there is a dead letter.
 */
export async function exampleService(t: TestContext): Promise<BuiltService> {
  const clock = new RoundClock(NOW - 10 * MINUTE);
  const url = await refusingWebhook(t);
  const hook = { type: 'webhook', url, secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw' };
  const built = await buildService(t, {
    clock,
    config: {
      rules: { folder: join(packageRoot, 'rules') },
      notify: { route: { group_wait: '0s' }, channels: { chat: hook } },
    },
  });
  await built.api.push(leakSamples(LEAK, LEAK.start, clock.now(), STEP));
  while (clock.now() < NOW) {
    await built.api.push(leakSample(LEAK, clock.now()));
    await clock.pass(STEP, STEP);
  }
  await built.service.pipeline.notify.outbox.settled();
  return built;
}

async function refusingWebhook(t: TestContext): Promise<string> {
  const server = createServer((request, response) => {
    request.resume();
    response.writeHead(410).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/headroom`;
}

/** Runs a block of shell as a reader would, the service's address put in; resolves with what it prints. */
export async function runShell(text: string, url: string): Promise<string> {
  const script = text.replaceAll('http://127.0.0.1:8420', url);
  const { stdout } = await promisify(execFile)('bash', ['-euo', 'pipefail', '-c', script], {
    cwd: packageRoot,
    timeout: 20_000,
  });
  return stdout;
}
