import type { FastifyRequest } from 'fastify';
import { Problem } from '../problem.js';
import { type Authenticator, secretOf } from '../receive/index.js';

export interface Access {
  readonly authenticator: Authenticator;
  /** What each holder of a people's token may do, by name. */
  readonly roles: ReadonlyMap<string, 'admin' | 'read'>;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Name of the people's token that it came with; undefined while none is configured. */
    holder: string | undefined;
  }
  interface FastifyContextConfig {
    /** Set on routes that take a body but change nothing, so that readers may use them. */
    readonly changesNothing?: boolean;
  }
}

/**
 * Lets people in by their token; while none is configured everybody is (on loopback only, see requiresLoopback).
 * @returns the name of the token's holder; undefined while everybody is let in
 * @throws Problem not-signed-in, not-allowed (an agent's token, or a change asked for with a `read` token)
 */
export function checkPerson({ authenticator, roles }: Access, request: FastifyRequest): string | undefined {
  const name = authenticator.authenticate(
    secretOf({ authorization: request.headers.authorization }),
    'people',
  );
  const isReading = request.method === 'GET' || request.method === 'HEAD';
  const isChange = !isReading && request.routeOptions.config.changesNothing !== true;
  if (name !== undefined && isChange && roles.get(name) !== 'admin') {
    throw new Problem('not-allowed', `found the read-only token "${name}", expected one with role admin`);
  }
  return name;
}

/** Who acts: the holder of the token, with the name that was given if it is another one, as for a shared token. */
export function actorOf({ holder }: FastifyRequest, given: string | undefined): string {
  const name = given?.trim() ?? '';
  if (holder === undefined) return name === '' ? 'somebody' : name;
  return name === '' || name === holder ? holder : `${holder} (${name})`;
}
