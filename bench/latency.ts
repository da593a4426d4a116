import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SMTPServer } from 'smtp-server';
import { quantile, startService } from './service-process.js';

/** `for` of the rule; what is beyond it is ours. */
const FOR_MS = 3000;

/** From the sample that makes a rule true to the mail accepted by the SMTP server, less the rule's `for`; no wait for company. */
export async function benchLatency({ runs }: { runs: number }): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'headroom-bench-'));
  const accepted = new Map<string, number>();
  let onMail = () => {};
  const smtp = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    onData(stream, _session, done) {
      let text = '';
      stream.on('data', (chunk: Buffer) => {
        if (text.length < 4000) text += chunk.toString('latin1');
      });
      stream.on('end', () => {
        const node = /Subject:[^\n]*\b(bench-\d+)\b/.exec(text)?.[1];
        if (node && !accepted.has(node)) accepted.set(node, performance.now());
        done();
        onMail();
      });
    },
  });
  try {
    await new Promise<void>((resolve) => smtp.listen(0, '127.0.0.1', resolve));
    const { port } = smtp.server.address() as AddressInfo;
    const rules = join(folder, 'rules');
    mkdirSync(rules);
    writeFileSync(
      join(rules, 'bench.yaml'),
      JSON.stringify({
        groups: [
          {
            name: 'bench',
            rules: [
              {
                alert: 'Breach',
                forecast: { of: 'rss', reaches: 'memory_limit', within: '2h', probability: 0.5 },
                for: `${FOR_MS}ms`,
                severity: 'page',
              },
            ],
          },
        ],
      }),
    );
    const config = join(folder, 'headroom.yaml');
    writeFileSync(
      config,
      JSON.stringify({
        listen: { port: 0 },
        store: { folder: join(folder, 'data') },
        rules: { folder: rules },
        log: { level: 'warn' },
        notify: {
          route: { group_wait: '0s' },
          channels: {
            mail: {
              type: 'email',
              host: '127.0.0.1',
              port,
              secure: false,
              from: 'a@example.org',
              to: ['b@example.org'],
            },
          },
        },
      }),
    );
    const service = await startService(config);
    const waits: number[] = [];
    for (let run = 0; run < runs; run++) {
      const node = `bench-${run}`;
      const begun = await leakUpTo(service.url, node);
      while (!accepted.has(node)) {
        await new Promise<void>((resolve) => {
          onMail = resolve;
        });
      }
      waits.push(accepted.get(node)! - begun - FOR_MS);
    }
    process.stdout.write(
      `beyond \`for\`, ${runs} alerts: p50 ${quantile(waits, 0.5).toFixed(0)} ms, p99 ${quantile(waits, 0.99).toFixed(0)} ms\n`,
    );
    await service.stop();
  } finally {
    smtp.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** An hour of a leak in one write; its last sample makes the rule true. Returns when that was sent. */
async function leakUpTo(url: string, node: string): Promise<number> {
  const now = Date.now();
  let text = '';
  for (let i = 240; i >= 0; i--) {
    const rss = 1e9 - i * 2.5e6;
    text += `mem,node=${node} rss=${rss},memory_limit=${2 ** 30}i ${now - i * 15_000}\n`;
  }
  const sent = performance.now();
  const answer = await fetch(`${url}/api/v2/write?precision=ms`, { method: 'POST', body: text });
  if (answer.status !== 204) throw new Error(`refused: ${answer.status} ${await answer.text()}`);
  return sent;
}
