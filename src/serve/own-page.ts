import type { FastifyRequest } from 'fastify';
import { Problem } from '../problem.js';

/**
 * Refuses a change that another site asks a browser for. Browsers say where it comes from in Sec-Fetch-Site; those that do not,
 * in Origin, which is `null` under a referrer policy of `no-referrer` (Fetch, "append a request Origin header") and then tells nothing.
 * @throws Problem not-allowed with this cure
 */
export function assertOwnPage(
  { headers }: Pick<FastifyRequest, 'headers'>,
  externalUrl: string | undefined,
  { what, cure }: { readonly what: string; readonly cure: string },
): void {
  const site = headers['sec-fetch-site'];
  const isOtherSite = site !== undefined && site !== 'same-origin' && site !== 'none';
  const { origin, host } = headers;
  const own = [externalUrl && new URL(externalUrl).origin, `http://${host}`, `https://${host}`];
  const isOtherOrigin = origin !== undefined && origin !== 'null' && !own.includes(origin);
  if (!isOtherSite && !isOtherOrigin) return;
  throw new Problem('not-allowed', `${what} was sent by another site`, { cure });
}
