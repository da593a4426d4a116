import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { Problem } from '../../problem.js';
import { type Access, type Person, personOf } from '../access.js';
import { describeRoute } from '../describe.js';
import { assertOwnPage } from '../own-page.js';
import { readBody } from '../read.js';
import { readCookie, writeCookie } from '../session-cookie.js';
import { type SessionShape, sessionShape } from '../shapes.js';

const given = z.strictObject({ token: z.string({ error: "a people's token" }).min(1) });
const OWN = { what: 'the request', cure: 'Sign in on the page of the service itself.' };

/** Signing in and out on the page. These alone of the people's routes are open to all. */
export function sessionRoutes(app: FastifyInstance, access: Access, now: () => number): void {
  const tag = 'session';
  const { sessions, externalUrl, authenticator, roles } = access;
  const agents_need_token = !authenticator.isOpen('agents');
  const shapeOf = ({ holder, role, endsAt }: Person): SessionShape => ({
    needs_token: false,
    holder: holder ?? null,
    role,
    ends_at: endsAt ?? null,
    agents_need_token,
  });
  app.get(
    '/session',
    describeRoute({ tag, summary: 'Who is signed in, and what they may do', answer: sessionShape }),
    (request): SessionShape => {
      try {
        return shapeOf(personOf(access, request, now()));
      } catch (error) {
        if (!(error instanceof Problem)) throw error;
        return { needs_token: true, holder: null, role: null, ends_at: null, agents_need_token };
      }
    },
  );
  app.post(
    '/session',
    describeRoute({
      tag,
      summary: 'Sign in with a token; the answer sets a cookie',
      answer: sessionShape,
      body: given,
    }),
    (request, reply): SessionShape => {
      assertOwnPage(request, externalUrl, OWN);
      const { token } = readBody(given, request.body);
      if (authenticator.isOpen('people')) return shapeOf({ holder: undefined, role: 'admin' });
      const at = now();
      const retryAfterMs = sessions.waitOf(request.ip, at);
      if (retryAfterMs > 0) {
        throw new Problem('too-many-attempts', 'too many tokens that are not known', { retryAfterMs });
      }
      const holder = holderOf(access, token, request.ip, at);
      const role = roles.get(holder) ?? 'read';
      const id = sessions.begin(holder, role, at);
      void reply.header('set-cookie', writeCookie(id, request, externalUrl));
      return shapeOf({ holder, role, endsAt: sessions.find(id, at)?.endsAt ?? at });
    },
  );
  app.delete('/session', { schema: { tags: [tag], summary: 'Sign out' } }, (request, reply) => {
    assertOwnPage(request, externalUrl, OWN);
    const id = readCookie(request.headers.cookie);
    if (id !== undefined) sessions.end(id);
    return reply
      .header('set-cookie', writeCookie('', request, externalUrl))
      .code(204)
      .send();
  });
}

function holderOf({ authenticator, sessions }: Access, token: string, address: string, at: number): string {
  try {
    return authenticator.authenticate(token, 'people') ?? '';
  } catch (error) {
    sessions.noteFailure(address, at);
    if (!(error instanceof Problem)) throw error;
    throw new Problem(error.code, error.message, {
      cure: 'Use a token that stands under people.tokens in the configuration.',
    });
  }
}
