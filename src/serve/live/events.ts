import type { ServerResponse } from 'node:http';
import type { FastifyInstance } from 'fastify';
import type { Clock } from '../../clock.js';
import type { EventShape } from '../shapes.js';
import type { Topics } from './topics.js';

/** How often changes are looked for while somebody listens. */
const LOOK_MS = 1000;
/** Silence longer than this is broken by a heartbeat, so that a dead connection is noticed on both sides. */
const HEARTBEAT_MS = 10_000;
/** Who takes nothing for so long is cut off; browsers come again by themselves. */
const CLOGGED_MS = 30_000;
const MOST_LISTENERS = 500;

interface Listener {
  readonly response: ServerResponse;
  readonly endsAt: number;
  toldId: string;
  toldAt: number;
  /** Since when it takes nothing, unix ms; undefined while it does. */
  cloggedSince: number | undefined;
}

/**
 * Server-sent events (WHATWG HTML 9.2). An event does not carry what has changed, only the number of the newest change of each
 * topic; the page then asks for what it shows. So an event that was missed is made good by the next one, a slow reader costs
 * no memory, and whoever comes back gets the whole state with the first event.
 */
export class Events {
  readonly #listeners = new Set<Listener>();
  readonly #clock: Clock;
  readonly #topics: Topics;
  /** Another one after each start: numbers of an earlier run mean nothing. */
  readonly #run: string;
  #cancel: (() => void) | undefined;

  constructor(clock: Clock, topics: Topics, run: string) {
    this.#clock = clock;
    this.#topics = topics;
    this.#run = run;
  }

  get isFull(): boolean {
    return this.#listeners.size >= MOST_LISTENERS;
  }

  /** Writes to this response from now on, until it is closed or the session is over. */
  add(response: ServerResponse, endsAt: number, lastId: string | undefined): void {
    const toldAt = this.#clock.now();
    const listener = { response, endsAt, toldId: lastId ?? '', toldAt, cloggedSince: undefined };
    response.on('close', () => this.#listeners.delete(listener));
    this.#listeners.add(listener);
    response.write('retry: 2000\n\n');
    this.#look();
    this.#schedule();
  }

  close(): void {
    this.#cancel?.();
    for (const { response } of this.#listeners) response.end();
    this.#listeners.clear();
  }

  #schedule(): void {
    this.#cancel?.();
    this.#cancel = this.#clock.after(LOOK_MS, () => {
      if (this.#listeners.size === 0) return;
      this.#look();
      this.#schedule();
    });
  }

  #look(): void {
    const at = this.#clock.now();
    const revisions = this.#topics.look(at);
    const id = `${this.#run}-${Object.values(revisions).join('-')}`;
    const event: EventShape = { run: this.#run, at, revisions };
    const text = `id: ${id}\nevent: state\ndata: ${JSON.stringify(event)}\n\n`;
    for (const listener of this.#listeners) this.#tell(listener, id, text, at);
  }

  #tell(listener: Listener, id: string, text: string, at: number): void {
    const { response, endsAt, toldId, toldAt, cloggedSince } = listener;
    if (at >= endsAt) {
      response.end();
    } else if (cloggedSince !== undefined) {
      if (at - cloggedSince > CLOGGED_MS) response.destroy();
    } else if (toldId !== id || at - toldAt >= HEARTBEAT_MS) {
      listener.toldId = id;
      listener.toldAt = at;
      if (response.write(text)) return;
      listener.cloggedSince = at;
      response.once('drain', () => {
        listener.cloggedSince = undefined;
      });
    }
  }
}

/** The stream of events; it ends with the session. */
export function eventRoutes(app: FastifyInstance, events: Events): void {
  app.addHook('preClose', async () => events.close());
  app.get('/events', { schema: { hide: true } }, (request, reply) => {
    reply.hijack();
    reply.raw.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      // Proxies such as nginx would hold the stream back.
      'x-accel-buffering': 'no',
    });
    const lastId = request.headers['last-event-id'];
    events.add(reply.raw, request.sessionEndsAt, typeof lastId === 'string' ? lastId : undefined);
  });
}
