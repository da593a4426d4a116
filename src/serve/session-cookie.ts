import type { FastifyRequest } from 'fastify';

const NAME = 'headroom_session';

/** The id of a session in a Cookie header (RFC 6265 4.2.1); undefined when there is none. */
export function readCookie(header: string | undefined): string | undefined {
  for (const pair of (header ?? '').split(';')) {
    const [name, value] = pair.trim().split('=', 2);
    if (name === NAME && value) return value;
  }
  return undefined;
}

/** A Set-Cookie header that scripts cannot read and other sites cannot send; an empty id ends it. */
export function writeCookie(id: string, request: FastifyRequest, externalUrl: string | undefined): string {
  // Behind a proxy the request itself is plain. Who lies about it only keeps the cookie from himself.
  const isSecure =
    request.headers['x-forwarded-proto'] === 'https' ||
    request.protocol === 'https' ||
    (externalUrl !== undefined && externalUrl === `https://${request.headers.host}`);
  const end = id === '' ? '; Max-Age=0' : '';
  return `${NAME}=${id}; Path=/; HttpOnly; SameSite=Strict${isSecure ? '; Secure' : ''}${end}`;
}
