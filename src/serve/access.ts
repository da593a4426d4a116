import type { FastifyRequest } from 'fastify';
import { Problem } from '../problem.js';
import { type Authenticator, secretOf } from '../receive/index.js';
import { assertOwnPage } from './own-page.js';
import { readCookie } from './session-cookie.js';
import type { Sessions } from './sessions.js';

export type PersonRole = 'admin' | 'read';

export interface Access {
  readonly authenticator: Authenticator;
  /** What each holder of a people's token may do, by name. */
  readonly roles: ReadonlyMap<string, PersonRole>;
  readonly sessions: Sessions;
  /** Where people reach the service; undefined when nobody has said. */
  readonly externalUrl: string | undefined;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Name of the people's token that it came with; undefined while none is configured. */
    holder: string | undefined;
    /** What the holder may do. */
    role: PersonRole;
    /** When the session that it came with is over, unix ms; infinite without one. */
    sessionEndsAt: number;
  }
  interface FastifyContextConfig {
    /** Set on routes that take a body but change nothing, so that readers may use them. */
    readonly changesNothing?: boolean;
  }
}

/** Somebody who was let in; without a holder where everybody is. */
export interface Person {
  readonly holder: string | undefined;
  readonly role: PersonRole;
  /** When the session is over, unix ms; undefined without one. */
  readonly endsAt?: number;
}

/**
 * Lets people in by their token or their session; while no token is configured everybody is (on loopback only, see
 * requiresLoopback). What comes without a token must not be asked for by another site.
 * @throws Problem not-signed-in, not-allowed (an agent's token, a change asked for by a reader or by another site)
 */
export function checkPerson(access: Access, request: FastifyRequest, now: number): Person {
  const isReading = request.method === 'GET' || request.method === 'HEAD';
  const person = personOf(access, request, now);
  if (isReading) return person;
  if (request.headers.authorization === undefined) {
    const cure = 'Do it on the page of the service itself, or send a token in Authorization.';
    assertOwnPage(request, access.externalUrl, { what: 'the change', cure });
  }
  if (person.role !== 'admin' && request.routeOptions.config.changesNothing !== true) {
    const found = `found the read-only token "${person.holder}", expected one with role admin`;
    throw new Problem('not-allowed', found);
  }
  return person;
}

/** Who it is, by the token in Authorization, else by the cookie. @throws Problem not-signed-in, not-allowed */
export function personOf(access: Access, { headers }: FastifyRequest, now: number): Person {
  const { authenticator, roles, sessions } = access;
  if (authenticator.isOpen('people')) return { holder: undefined, role: 'admin' };
  const id = headers.authorization === undefined ? readCookie(headers.cookie) : undefined;
  const session = id === undefined ? undefined : sessions.find(id, now);
  if (session) return session;
  const holder = authenticator.authenticate(secretOf({ authorization: headers.authorization }), 'people');
  return { holder, role: roles.get(holder ?? '') ?? 'read' };
}

/** Who acts: the holder of the token, with the name that was given if it is another one, as for a shared token. */
export function actorOf({ holder }: FastifyRequest, given: string | undefined): string {
  const name = given?.trim() ?? '';
  if (holder === undefined) return name === '' ? 'somebody' : name;
  return name === '' || name === holder ? holder : `${holder} (${name})`;
}
