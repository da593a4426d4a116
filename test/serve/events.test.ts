import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import type { EventShape } from '../../src/serve/shapes.js';
import type { Api } from '../support/api.js';
import { buildService } from '../support/build-service.js';
import { NOT_READY_RULES } from '../support/not-ready.js';
import { RoundClock } from '../support/round-clock.js';
import { until } from '../support/until.js';

const NOW = Date.UTC(2026, 10, 24, 12);
const SESSION_MS = 12 * 3_600_000;

/** What a stream has said until now, and whether it has ended. */
interface Listener {
  readonly headers: Headers;
  readonly heard: { text: string; isOver: boolean };
}

async function listen(t: TestContext, api: Api, headers: Record<string, string> = {}): Promise<Listener> {
  const abort = new AbortController();
  t.after(() => abort.abort());
  const response = await fetch(`${api.url}/api/v1/events`, { headers, signal: abort.signal });
  assert.equal(response.status, 200);
  const heard = { text: '', isOver: false };
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  const read = async () => {
    for (let piece = await reader?.read(); piece && !piece.done; piece = await reader?.read())
      heard.text += piece.value;
    heard.isOver = true;
  };
  read().catch(() => {});
  return { headers: response.headers, heard };
}

function eventsOf({ heard }: Listener): EventShape[] {
  return [...heard.text.matchAll(/^event: state\ndata: (.*)$/gm)].map(([, data]) => JSON.parse(data));
}

function lastIdOf({ heard }: Listener): string {
  return [...heard.text.matchAll(/^id: (.*)$/gm)].at(-1)?.[1] ?? '';
}

const heardOf = (listener: Listener, count: number) =>
  until(() => eventsOf(listener).length >= count, `${count} events`);

describe('GET /api/v1/events', () => {
  it('tells the state at once, then within a second that something has changed', async (t) => {
    const clock = new RoundClock(NOW);
    const { api } = await buildService(t, { clock, rules: NOT_READY_RULES });
    const listener = await listen(t, api);
    assert.equal(listener.headers.get('content-type'), 'text/event-stream; charset=utf-8');
    assert.equal(listener.headers.get('cache-control'), 'no-store');
    assert.equal(listener.headers.get('x-accel-buffering'), 'no');
    await heardOf(listener, 1);
    assert.match(listener.heard.text, /^retry: 2000\n\nid: [\w-]+\nevent: state\n/);
    await api.push({ node: 'a', rss: 1e8 });
    // What the look finds is told with the next one.
    await clock.pass(2000);
    await heardOf(listener, 2);
    const [first, second] = eventsOf(listener);
    assert.equal(first.run, second.run);
    assert.ok(second.revisions.fleet > first.revisions.fleet);
    assert.ok(second.revisions.nodes > first.revisions.nodes);
    assert.equal(second.revisions.rules, first.revisions.rules);
    assert.ok(second.at > NOW);
  });

  it('says nothing twice but a heartbeat every ten seconds', async (t) => {
    const clock = new RoundClock(NOW);
    const { api } = await buildService(t, { clock, rules: NOT_READY_RULES });
    const listener = await listen(t, api);
    await heardOf(listener, 1);
    await clock.pass(9000);
    await clock.pass(1000);
    await heardOf(listener, 2);
    assert.deepEqual(
      eventsOf(listener).map(({ at }) => at - NOW),
      [0, 10_000],
    );
  });

  it('tells who comes back the state only if it has missed something', async (t) => {
    const clock = new RoundClock(NOW);
    const { api } = await buildService(t, { clock, rules: NOT_READY_RULES });
    const first = await listen(t, api);
    await heardOf(first, 1);
    const again = await listen(t, api, { 'last-event-id': lastIdOf(first) });
    const stale = await listen(t, api, { 'last-event-id': 'another-run-1-1' });
    await heardOf(stale, 1);
    assert.deepEqual(eventsOf(again), []);
    await api.push({ node: 'a', rss: 1e8 });
    await clock.pass(2000);
    await heardOf(again, 1);
  });

  it('is for those who may read, and ends with their session', async (t) => {
    const clock = new RoundClock(NOW);
    const config = { people: { tokens: [{ name: 'ann', token: 'admin-secret-1', role: 'admin' }] } };
    const { api } = await buildService(t, { clock, rules: NOT_READY_RULES, config });
    assert.equal((await api.ask('/api/v1/events')).status, 401);
    const signedIn = await api.ask('/api/v1/session', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ token: 'admin-secret-1' }),
    });
    const cookie = signedIn.headers.get('set-cookie')?.split(';')[0] ?? '';
    await clock.pass(SESSION_MS - 3000, SESSION_MS);
    const listener = await listen(t, api, { cookie });
    await heardOf(listener, 1);
    await clock.pass(2000);
    assert.equal(listener.heard.isOver, false);
    await clock.pass(1000);
    await until(() => listener.heard.isOver, 'the stream ends');
  });

  it('ends when the service does', async (t) => {
    const { api, close } = await buildService(t, { clock: new RoundClock(NOW), rules: NOT_READY_RULES });
    const listener = await listen(t, api);
    await heardOf(listener, 1);
    await close();
    await until(() => listener.heard.isOver, 'the stream ends');
  });
});
