import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { Times } from '../../notify/index.js';
import type { Pipeline } from '../../pipeline/index.js';
import { asProblem, Problem } from '../../problem.js';
import { noteProblem, retryAfterSeconds } from '../../receive/index.js';
import { assertOwnPage } from '../own-page.js';
import { donePage, faultPage } from './done-page.js';
import { formPage } from './form-page.js';
import { PAGE_HEADERS } from './frame.js';
import { offerOf } from './offer.js';
import { perform } from './perform.js';

export interface ActOptions {
  readonly pipeline: Pipeline;
  readonly now: () => number;
  /** IANA name of the zone that is shown beside UTC. */
  readonly timeZone: string;
  /** Where people reach the service, when that is configured. */
  readonly externalUrl: string | undefined;
  /** Longest silence that is allowed, ms. */
  readonly longestSilence: number;
}

const FORM = { what: 'the form', cure: 'Open the link of the message and press the button there.' };

const MOST_FORM_BYTES = 16_384;

type ActRequest = FastifyRequest<{ Params: { token: string } }>;

/**
 * What the signed links of messages open. The link is the credential, good for one alert or silence. GET shows what it
 * would do and changes nothing, so that whatever looks at links before people do (mail scanners, previews) does no harm;
 * POST does it, once.
 */
export function actRoutes(app: FastifyInstance, options: ActOptions): void {
  const { pipeline, now, longestSilence } = options;
  const { links } = pipeline.people;
  const times = new Times(options.timeZone);
  const params = z.toJSONSchema(z.object({ token: z.string() }), { target: 'draft-7' });
  const describe = (summary: string) => ({ schema: { tags: ['links'], summary, params } });

  app.removeAllContentTypeParsers();
  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string', bodyLimit: MOST_FORM_BYTES },
    (_request, body, done) => done(null, new URLSearchParams(body.toString())),
  );
  app.setErrorHandler((error, request, reply) => {
    const problem = noteProblem(error, request);
    const seconds = retryAfterSeconds(problem);
    if (seconds !== undefined) reply.header('retry-after', seconds);
    return send(reply, problem.status, faultPage(problem));
  });

  app.get(
    '/act/:token',
    describe('The page of a signed link: asks, changes nothing'),
    (request: ActRequest, reply) => {
      const { token } = request.params;
      const at = now();
      const link = links.verify(token, at);
      const done = links.used(link.id);
      if (done) {
        return send(
          reply,
          200,
          donePage({ link, performed: { done, isReplay: true }, now: at, times, pipeline }),
        );
      }
      const offer = offerOf(pipeline, link, at);
      const formToken = links.formToken(token);
      return send(reply, 200, formPage({ offer, formToken, now: at, times, pipeline, longestSilence }));
    },
  );

  app.post(
    '/act/:token',
    describe('Does what a signed link offers, once'),
    async (request: ActRequest, reply) => {
      const { token } = request.params;
      const at = now();
      const link = links.verify(token, at);
      assertOwnPage(request, options.externalUrl, FORM);
      const form = request.body instanceof URLSearchParams ? request.body : new URLSearchParams();
      if (!links.isFormToken(token, form.get('form') ?? '')) {
        throw new Problem('not-allowed', 'the form does not come from the page of this link', {
          cure: 'Open the link again and press the button there.',
        });
      }
      const [by, why, lasts] = ['by', 'why', 'for'].map((name) => form.get(name) ?? '');
      try {
        const performed = await perform(
          pipeline,
          link,
          { by, why, lasts, force: form.get('force') === 'yes' },
          at,
        );
        return send(reply, 200, donePage({ link, performed, now: at, times, pipeline }));
      } catch (error) {
        const problem = asProblem(error);
        if (problem.code !== 'bad-request') throw error;
        const offer = offerOf(pipeline, link, at);
        const facts = { offer, formToken: links.formToken(token), now: at, times, pipeline, longestSilence };
        return send(reply, 400, formPage({ ...facts, fault: { problem, by, why } }));
      }
    },
  );
}

function send(reply: FastifyReply, status: number, page: string): FastifyReply {
  return reply.code(status).headers(PAGE_HEADERS).send(page);
}
