import type { EventShape, RevisionsShape } from '../../serve/shapes.js';
import { Cell } from './cell.js';
import { BASE } from './router.js';

export type Topic = keyof RevisionsShape;

/** How the connection to the service stands. Times are unix ms by the clock of this browser. */
export interface Link {
  readonly state: 'connecting' | 'live' | 'lost';
  /** Since when it is lost. */
  readonly since: number;
}

/** Without an event for so long the connection is taken for dead; the service sends one every 10 s. */
const SILENCE_MS = 25_000;
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 15_000;

export const link = new Cell<Link>({ state: 'connecting', since: Date.now() });
/** Newest event; undefined before the first. */
export const news = new Cell<EventShape | undefined>(undefined);

/** How far the clock of the service is ahead of that of the browser, ms. */
export const skew = new Cell(0);
/** Less than this is the way that the answer took. */
const LEAST_SKEW_MS = 1000;

/** Now by the clock of the service, unix ms: that of the browser may be a day off. */
export function serviceNow(): number {
  return Date.now() + skew.value;
}

/** Sets the clock of the page by an answer of the service. */
export function setClock(at: number): void {
  const found = at - Date.now();
  if (Math.abs(found - skew.value) > LEAST_SKEW_MS) skew.set(found);
}

/** Connects and stays connected, with growing waits; returns what ends it. */
export function startLive(): () => void {
  let source: EventSource | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let wait = FIRST_WAIT_MS;
  const lose = () => {
    source?.close();
    clearTimeout(timer);
    if (link.value.state !== 'lost') link.set({ state: 'lost', since: Date.now() });
    timer = setTimeout(connect, wait);
    wait = Math.min(LONGEST_WAIT_MS, wait * 2);
  };
  const watch = () => {
    clearTimeout(timer);
    timer = setTimeout(lose, SILENCE_MS);
  };
  const connect = () => {
    source = new EventSource(`${BASE}api/v1/events`);
    watch();
    source.addEventListener('error', lose);
    source.addEventListener('state', (event) => {
      const state = JSON.parse(event.data) as EventShape;
      wait = FIRST_WAIT_MS;
      setClock(state.at);
      watch();
      if (link.value.state !== 'live') link.set({ state: 'live', since: Date.now() });
      news.set(state);
    });
  };
  const hurry = () => {
    if (link.value.state !== 'lost') return;
    clearTimeout(timer);
    source?.close();
    connect();
  };
  connect();
  addEventListener('online', hurry);
  return () => {
    removeEventListener('online', hurry);
    clearTimeout(timer);
    source?.close();
  };
}

/** Names the newest change of these topics; another text means that something has changed. */
export function revisionOf(state: EventShape | undefined, topics: readonly Topic[]): string {
  return state ? [state.run, ...topics.map((topic) => state.revisions[topic])].join(' ') : '';
}
