import { once } from 'node:events';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';

export interface TenantProxy {
  readonly url: string;
  /** Paths that were asked for, and the credentials. */
  readonly seen: { readonly path: string; readonly authorization: string | undefined }[];
}

/** The paths of a cluster of VictoriaMetrics, `/select/TENANT/prometheus` and `/insert/TENANT/influx`, before a single node. */
export async function startTenantProxy(t: TestContext, target: string, tenant: string): Promise<TenantProxy> {
  const seen: TenantProxy['seen'] = [];
  const server = createServer((incoming, answer) => {
    const path = incoming.url ?? '';
    seen.push({ path, authorization: incoming.headers.authorization });
    const inner = [`/select/${tenant}/prometheus`, `/insert/${tenant}/influx`].find((prefix) =>
      path.startsWith(prefix),
    );
    if (inner === undefined) {
      answer.writeHead(400).end(`unsupported path requested: ${path}`);
      return;
    }
    const { method, headers } = incoming;
    const outgoing = request(target + path.slice(inner.length), { method, headers }, (reply) => {
      answer.writeHead(reply.statusCode ?? 500, reply.headers);
      reply.pipe(answer);
    });
    outgoing.on('error', () => answer.destroy());
    incoming.pipe(outgoing);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen };
}
