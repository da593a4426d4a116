import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { describe, it, type TestContext } from 'node:test';
import { SMTPServer } from 'smtp-server';
import type { Problem } from '../../../src/problem.js';
import { openReceiver, type Received, type Receiver } from '../../support/receiver.js';
import { NOW } from '../support/news.js';
import { conforms } from './conformance.js';
import { OCCASION_MESSAGES } from './messages.js';
import { openRawServer } from './raw-server.js';
import { openSubject, problemOf, type Subject, sendAll } from './subject.js';

export interface HttpAnswer {
  readonly status: number;
  readonly body: string;
}

/** A channel over HTTP, and how its receiver answers. */
export interface HttpSubject extends Omit<Subject, 'accepting'> {
  /** Complete options with the receiver at `url`, which has no path. Every secret in them is one of `secrets`. */
  options(url: string): object;
  readonly secrets: readonly string[];
  /** How the receiver says that it has taken a request. */
  accept(request: Received): HttpAnswer;
  /** Whether the answer itself counts, not its status alone. */
  readonly readsAnswer: boolean;
  /** Answers that look like success and are not, and what becomes of the message. */
  readonly lies: readonly (HttpAnswer & { readonly what: string; readonly retried: boolean })[];
  /** Statuses 400 to 499 that are read by words instead; empty for most. */
  readonly readStatuses?: readonly number[];
}

type Behaviour = (response: ServerResponse, request: Received, count: number) => void;

const RETRIED = [408, 425, 429, 500, 502, 503, 504, 599];
const REFUSED = [301, 302, 303, 307, 308, 304, 400, 401, 403, 404, 405, 410, 413, 422];

const answering =
  ({ status, body }: HttpAnswer): Behaviour =>
  (response) =>
    response.writeHead(status).end(body);

/** What every channel over HTTP does, beside what every channel does. */
export function conformsOverHttp(subject: HttpSubject): void {
  const { type, variant } = subject;
  const isTaken = ({ path, body }: Received) => body !== '' && !path.endsWith('/auth.test');
  conforms({
    ...subject,
    async accepting(t) {
      const receiver = await receiverOf(t, (response, request) =>
        answering(subject.accept(request))(response, request, 0),
      );
      const taken = () => receiver.requests.filter(isTaken).map(({ body }) => body);
      return { options: subject.options(receiver.url), taken };
    },
  });

  describe(`channel ${type}${variant ? ` (${variant})` : ''} over HTTP`, () => {
    const message = OCCASION_MESSAGES.new;
    const failing = async (t: TestContext, url: string, more: object = {}): Promise<Problem> => {
      const channel = await openSubject(t, { ...subject.options(url), ...more });
      const problem = await problemOf(sendAll(channel, message));
      assertSecret(problem, subject.secrets);
      return problem;
    };
    const failingWith = async (t: TestContext, behaviour: Behaviour, more: object = {}): Promise<Problem> =>
      failing(t, (await receiverOf(t, behaviour)).url, more);

    for (const status of RETRIED) {
      it(`is tried again after ${status}`, async (t) => {
        const problem = await failingWith(t, answering({ status, body: 'later' }));
        assert.deepEqual([problem.code, problem.retryable], ['channel-unavailable', true]);
        assert.match(problem.message, new RegExp(`answered ${status}`));
      });
    }

    for (const status of REFUSED) {
      it(`is not tried again after ${status}, and follows no redirect`, async (t) => {
        const elsewhere = await receiverOf(t, (response) => response.end());
        const problem = await failingWith(t, (response) => {
          response
            .writeHead(status, { location: `${elsewhere.url}/` })
            .end(status === 304 ? undefined : 'No, never.');
        });
        assert.deepEqual([problem.code, problem.retryable], ['channel-refused', false]);
        assert.match(problem.message, new RegExp(`answered ${status}`));
        assert.deepEqual(elsewhere.requests, []);
      });
    }

    for (const [form, value] of [
      ['seconds', '120'],
      ['a date', new Date(NOW + 120_000).toUTCString()],
    ]) {
      it(`hands on Retry-After in ${form}`, async (t) => {
        const problem = await failingWith(t, (response) =>
          response.writeHead(429, { 'retry-after': value }).end(),
        );
        assert.equal(problem.retryAfterMs, 120_000);
      });
    }

    for (const status of [400, 403, 500]) {
      it(`shows no secret when a receiver repeats all that it was told with ${status}`, async (t) => {
        const problem = await failingWith(t, (response, { path, headers, body }) => {
          response
            .writeHead(status)
            .end(`${path} ${headers.authorization} ${JSON.stringify(headers)} ${body}`);
        });
        assert.match(problem.message, /answered/);
      });
    }

    it('is tried again when nobody listens', async (t) => {
      const receiver = await openReceiver((response) => response.end());
      await receiver.close();
      const problem = await failing(t, receiver.url);
      assert.equal(problem.code, 'channel-unavailable');
      assert.match(problem.message, /cannot be reached \(ECONNREFUSED\)/);
      const check = await problemOf((await openSubject(t, subject.options(receiver.url))).check());
      assert.equal(check.code, 'channel-unavailable');
      assertSecret(check, subject.secrets);
    });

    it('is tried again when the name of the receiver is not known', async (t) => {
      const problem = await failing(t, 'http://nowhere.invalid', { timeout: '5s' });
      assert.equal(problem.code, 'channel-unavailable');
      assert.match(problem.message, /nowhere\.invalid (cannot be reached|did not answer)/);
    });

    it('is tried again when the certificate is nobody’s, and says nothing to such a receiver', async (t) => {
      const url = await openSelfSigned(t);
      const problem = await failing(t, url);
      assert.equal(problem.code, 'channel-unavailable');
      assert.match(problem.message, /cannot be reached \((DEPTH_ZERO_SELF_SIGNED_CERT|ERR_TLS|CERT_)/);
      const check = await problemOf((await openSubject(t, subject.options(url))).check());
      assert.equal(check.code, 'channel-unavailable');
    });

    it('is tried again when TLS meets a receiver without it', async (t) => {
      const receiver = await receiverOf(t, (response) => response.end());
      const problem = await failing(t, receiver.url.replace('http:', 'https:'));
      assert.equal(problem.code, 'channel-unavailable');
      assert.deepEqual(receiver.requests, []);
    });

    it('leaves a receiver that says nothing after the time limit', async (t) => {
      const problem = await failingWith(t, () => {}, { timeout: '200ms' });
      assert.equal(problem.code, 'channel-unavailable');
      assert.match(problem.message, /did not answer within 200ms/);
    });

    it('leaves a receiver whose refusal trickles for ever', async (t) => {
      const problem = await failingWith(t, trickle(503, 'x'), { timeout: '200ms' });
      assert.equal(problem.code, 'channel-unavailable');
      assert.match(problem.message, /answered 503/);
    });

    for (const [how, behaviour] of [
      ['says nothing after its headers', trickle(200, '')],
      ['trickles for ever', trickle(200, ' ')],
    ] as const) {
      it(`does not wait for ever for an answer 200 that ${how}`, async (t) => {
        const receiver = await receiverOf(t, behaviour);
        const channel = await openSubject(t, { ...subject.options(receiver.url), timeout: '200ms' });
        if (!subject.readsAnswer) return sendAll(channel, message);
        const problem = await problemOf(sendAll(channel, message));
        assert.equal(problem.code, 'channel-unavailable');
      });
    }

    for (const [what, answer] of Object.entries(BROKEN)) {
      it(`is tried again when the receiver answers ${what}`, async (t) => {
        const url = await openRawServer(t, answer);
        const channel = await openSubject(t, { ...subject.options(url), timeout: '2s' });
        if (what.startsWith('200') && !subject.readsAnswer) return sendAll(channel, message);
        const problem = await problemOf(sendAll(channel, message));
        assert.equal(problem.code, 'channel-unavailable');
        assertSecret(problem, subject.secrets);
      });
    }

    for (const { what, retried, ...answer } of subject.lies) {
      it(`does not believe ${answer.status} with ${what}`, async (t) => {
        const problem = await failingWith(t, answering(answer));
        assert.equal(problem.code, retried ? 'channel-unavailable' : 'channel-refused');
      });
    }

    it('sends nothing into a private network where that is not allowed', async (t) => {
      const receiver = await receiverOf(t, (response) => response.end());
      const problem = await failing(t, receiver.url, { privateAddresses: false });
      assert.equal(problem.code, 'channel-refused');
      assert.match(problem.message, /is in a private network/);
      assert.deepEqual(receiver.requests, []);
    });
  });
}

/** Answers that are no HTTP, or whose length is a lie. Those that begin with 200 have a status to believe. */
const BROKEN: Readonly<Record<string, string>> = {
  'something that is no HTTP': 'SSH-2.0-OpenSSH_9.2\r\n',
  nothing: '',
  '200 with less than it announced': 'HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nok',
  '503 with less than it announced': 'HTTP/1.1 503 Busy\r\nContent-Length: 1000\r\n\r\nlater',
  'a status that is none': 'HTTP/1.1 2OO OK\r\nContent-Length: 2\r\n\r\nok',
};

function trickle(status: number, drop: string): Behaviour {
  return (response) => {
    response.writeHead(status);
    response.flushHeaders();
    if (drop === '') return;
    const timer = setInterval(() => response.write(drop), 20);
    response.on('close', () => clearInterval(timer));
  };
}

async function receiverOf(t: TestContext, behaviour: Behaviour): Promise<Receiver> {
  const receiver = await openReceiver(behaviour);
  t.after(() => receiver.close());
  return receiver;
}

/** A server whose certificate nobody vouches for: the one that smtp-server brings along. */
async function openSelfSigned(t: TestContext): Promise<string> {
  const server = new SMTPServer({ secure: true, closeTimeout: 100 });
  server.on('error', () => {});
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => new Promise<void>((resolve) => server.close(() => resolve())));
  const address = server.server.address();
  return `https://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
}

function assertSecret(problem: Problem, secrets: readonly string[]): void {
  const shown = [problem.message, problem.cure, problem.stack, String(problem.cause)].join('\n');
  for (const secret of secrets) assert.ok(!shown.includes(secret), `shows ${secret}`);
}
