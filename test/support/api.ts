/** A sample as POST /api/v1/telemetry takes it; times in unix ms. */
export interface Sample {
  readonly node: string;
  readonly time?: number;
  readonly labels?: Readonly<Record<string, string>>;
  readonly [signal: string]: unknown;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

export interface AlertView {
  readonly id: string;
  readonly rule: string;
  readonly node: string;
  readonly state: 'pending' | 'firing' | 'resolved';
  readonly reason: string;
  readonly active_since: number;
  readonly fired_at: number | null;
  readonly resolved_at: number | null;
  readonly breached_at: number | null;
  readonly labels: Readonly<Record<string, string>>;
}

/** The service as its users see it, over HTTP. */
export class Api {
  readonly url: string;
  readonly #headers: Readonly<Record<string, string>>;

  constructor(url: string, token?: string) {
    this.url = url;
    this.#headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  }

  async ask(path: string, init: RequestInit = {}): Promise<Answer> {
    const headers = { ...this.#headers, ...(init.headers as Record<string, string> | undefined) };
    const response = await fetch(`${this.url}${path}`, { ...init, headers });
    return { status: response.status, headers: response.headers, text: await response.text() };
  }

  /** The JSON of a 200; anything else is an error that tells what came. */
  async get<Body>(path: string): Promise<Body> {
    const { status, text } = await this.ask(path);
    if (status !== 200) throw new Error(`GET ${path} answered ${status}: ${text}`);
    return JSON.parse(text) as Body;
  }

  /** Resolves with the answer, whatever it is. */
  send(samples: Sample | readonly Sample[]): Promise<Answer> {
    const headers = { 'content-type': 'application/json' };
    return this.ask('/api/v1/telemetry', { method: 'POST', headers, body: JSON.stringify(samples) });
  }

  sendLines(text: string, path = '/api/v2/write?precision=ms'): Promise<Answer> {
    return this.ask(path, { method: 'POST', headers: { 'content-type': 'text/plain' }, body: text });
  }

  /** Rejects unless everything was taken. */
  async push(samples: Sample | readonly Sample[]): Promise<void> {
    const { status, text } = await this.send(samples);
    if (status !== 204) throw new Error(`the push was answered ${status}: ${text}`);
  }

  async alerts(query = ''): Promise<readonly AlertView[]> {
    return (await this.get<{ alerts: AlertView[] }>(`/api/v1/alerts${query}`)).alerts;
  }

  async samples(node: string, signal: string, from: number, to: number): Promise<[number, number][]> {
    const path = `/api/v1/nodes/${encodeURIComponent(node)}/samples?signal=${signal}&from=${from}&to=${to}`;
    return (await this.get<{ samples: [number, number][] }>(path)).samples;
  }

  async metric(name: string): Promise<number> {
    const { text } = await this.ask('/metrics');
    const line = text.split('\n').find((each) => each.startsWith(`${name} `) || each.startsWith(`${name}{`));
    if (line === undefined) throw new Error(`there is no metric ${name}`);
    return Number(line.slice(line.lastIndexOf(' ') + 1));
  }
}
