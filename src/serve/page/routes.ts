import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { chooseBody, type PageFile, PageFiles } from './files.js';

/** Nothing from elsewhere, nothing inline, in no frame of others (CSP 3). uPlot sets styles by CSSOM, which that allows. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'self'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const FRAME_HEADERS = {
  'content-security-policy': POLICY,
  'cross-origin-opener-policy': 'same-origin',
  'referrer-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'cache-control': 'no-cache',
};

const ASSET_HEADERS = {
  'x-content-type-options': 'nosniff',
  // Names carry the hash of what is in them.
  'cache-control': 'public, max-age=31536000, immutable',
  vary: 'accept-encoding',
};

/** Addresses that the page itself shows; src/page/views.ts has the views. */
const VIEWS = [
  '/',
  '/nodes/:node',
  '/alerts',
  '/alerts/:id',
  '/rules',
  '/rules/:rule',
  '/delivery',
  '/start',
];

/** The web page: one frame for all of its addresses, and its assets. Open to all: it holds no data. */
export function pageRoutes(app: FastifyInstance, files = new PageFiles()): void {
  const schema = { hide: true };
  for (const path of VIEWS) {
    const depth = path.split('/').length - 2;
    app.get(path, { schema }, (request, reply) => send(request, reply, files.frame(depth), FRAME_HEADERS));
  }
  app.get<{ Params: { name: string } }>('/assets/:name', { schema }, (request, reply) =>
    send(request, reply, files.asset(request.params.name), ASSET_HEADERS),
  );
}

function send(request: FastifyRequest, reply: FastifyReply, file: PageFile, headers: Record<string, string>) {
  void reply.headers({ ...headers, etag: file.etag }).type(file.type);
  if (request.headers['if-none-match'] === file.etag) return reply.code(304).send();
  const [coding, body] = chooseBody(file, request.headers['accept-encoding']);
  if (coding !== 'identity') void reply.header('content-encoding', coding);
  return reply.send(body);
}
