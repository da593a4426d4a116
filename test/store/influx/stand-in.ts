import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';
import { gunzipSync, gzipSync } from 'node:zlib';
import { annotatedCsv, runFlux } from './flux.js';
import { PartialWrite, PointStore } from './points.js';

export const TOKEN = 'a-token-of-influx';
export const ORG = 'example';
export const BUCKET = 'memory';

/** What it answers instead, to everything under a path. */
export interface Answer {
  readonly status: number;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** The answer begins with the body, and never ends. */
  readonly isStalled?: boolean;
}

/**
 * A server that answers as InfluxDB 2 does, as far as this project asks: it keeps what is written by line protocol, and
 * runs the queries over it. It is for tests where no InfluxDB can run; those against a real one are the same.
 */
export class InfluxStandIn {
  readonly store = new PointStore();
  /** Bodies of writes in the order in which they came, refused ones included. */
  readonly writes: string[] = [];
  readonly queries: string[] = [];
  /** By the beginning of the path. */
  readonly instead = new Map<string, Answer>();
  /** Lines that it cannot read: it then takes none of their body. */
  unreadable: (line: string) => boolean = () => false;
  retentionSeconds = 0;
  /** Longer bodies of writes are refused. */
  mostBytes = Number.POSITIVE_INFINITY;
  #server = createServer();
  url = '';

  async listen(port = 0): Promise<void> {
    this.#server = createServer((request, response) => {
      void this.#handle(request, response).catch((error: Error) => {
        response.writeHead(500).end(JSON.stringify({ code: 'internal error', message: error.message }));
      });
    });
    await new Promise<void>((resolve) => this.#server.listen(port, '127.0.0.1', resolve));
    this.url = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** As a server that is stopped: connections are refused. */
  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** Again at the same address, with what it had. */
  async start(): Promise<void> {
    await this.listen(Number(new URL(this.url).port));
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '', this.url);
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const raw = Buffer.concat(chunks);
    const body = (request.headers['content-encoding'] === 'gzip' ? gunzipSync(raw) : raw).toString();
    const json = (status: number, value: unknown, headers = {}): void => {
      response
        .writeHead(status, { 'content-type': 'application/json', ...headers })
        .end(JSON.stringify(value));
    };
    if (url.pathname === '/api/v2/write') this.writes.push(body);
    const instead = [...this.instead].find(([path]) => url.pathname.startsWith(path))?.[1];
    if (instead) {
      response.writeHead(instead.status, { ...instead.headers });
      if (instead.isStalled) response.write(instead.body ?? '');
      else response.end(instead.body ?? '');
      return;
    }
    const version = { 'x-influxdb-version': 'v2.7.12', 'x-influxdb-build': 'OSS' };
    if (url.pathname === '/health')
      return json(200, { name: 'influxdb', status: 'pass', version: 'v2.7.12' }, version);
    if (url.pathname === '/ping') {
      response.writeHead(204, version).end();
      return;
    }
    if (request.headers.authorization !== `Token ${TOKEN}`)
      return json(401, { code: 'unauthorized', message: 'unauthorized access' });
    const org = url.searchParams.get('org');
    if (org !== ORG) return json(404, { code: 'not found', message: `organization name "${org}" not found` });
    const bucket = url.searchParams.get('bucket') ?? url.searchParams.get('name');
    if (url.pathname === '/api/v2/write') {
      if (bucket !== BUCKET) return json(404, { code: 'not found', message: `bucket "${bucket}" not found` });
      if (body.length > this.mostBytes) return json(413, { code: 'request too large', message: 'too large' });
      return this.#write(body, json, response);
    }
    if (url.pathname === '/api/v2/buckets') {
      const rules =
        this.retentionSeconds > 0 ? [{ type: 'expire', everySeconds: this.retentionSeconds }] : [];
      return json(200, {
        buckets: bucket === BUCKET ? [{ id: '0b', name: BUCKET, retentionRules: rules }] : [],
      });
    }
    if (url.pathname === '/api/v2/query')
      return this.#query(body, /gzip/.test(`${request.headers['accept-encoding']}`), json, response);
    json(404, { code: 'not found', message: 'path not found' });
  }

  #write(body: string, json: (status: number, value: unknown) => void, response: ServerResponse): void {
    try {
      if (!/^[^#\n]/m.test(body)) throw new Error('writing requires points');
      const line = body.split('\n').find((each) => this.unreadable(each));
      if (line !== undefined) throw new Error(`unable to parse '${line}': time outside range`);
      this.store.write(body);
      response.writeHead(204).end();
    } catch (error) {
      const { message } = error as Error;
      if (error instanceof PartialWrite) json(422, { code: 'unprocessable entity', message });
      else json(400, { code: 'invalid', message });
    }
  }

  #query(
    body: string,
    mayGzip: boolean,
    json: (status: number, value: unknown) => void,
    response: ServerResponse,
  ): void {
    const { query, dialect } = JSON.parse(body) as { query: string; dialect: { annotations: string[] } };
    this.queries.push(query);
    if (dialect.annotations.sort().join() !== 'datatype,default,group') throw new Error('another dialect');
    try {
      const text = annotatedCsv(runFlux(query, this.store, BUCKET));
      const headers = { 'content-type': 'text/csv; charset=utf-8' };
      // What is shorter it does not compress.
      if (mayGzip && text.length >= 1400)
        response.writeHead(200, { ...headers, 'content-encoding': 'gzip' }).end(gzipSync(text));
      else response.writeHead(200, headers).end(text);
    } catch (error) {
      json(400, { code: 'invalid', message: (error as Error).message });
    }
  }
}

/** A stand-in that listens until the test is over. */
export async function influxStandIn(t: TestContext): Promise<InfluxStandIn> {
  const server = new InfluxStandIn();
  await server.listen();
  t.after(() => server.stop());
  return server;
}
