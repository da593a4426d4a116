import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { packageRoot } from '../../../src/paths.js';

interface Answer {
  readonly id?: number;
  readonly method?: string;
  readonly params?: unknown;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
}

export interface Position {
  readonly line: number;
  readonly character: number;
}

/** The YAML language server that editors run, spoken to as they do: JSON-RPC with headers, over its standard input. */
export class LanguageServer {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, (answer: Answer) => void>();
  readonly #diagnosed = new Map<string, (messages: string[]) => void>();
  #buffer = Buffer.alloc(0);
  #next = 1;

  private constructor(child: ChildProcess) {
    this.#child = child;
    child.stdout?.on('data', (piece: Buffer) => this.#read(piece));
  }

  static async start(): Promise<LanguageServer> {
    const program = join(packageRoot, 'node_modules/yaml-language-server/bin/yaml-language-server');
    const child = spawn(process.execPath, [program, '--stdio'], { stdio: ['pipe', 'pipe', 'inherit'] });
    const server = new LanguageServer(child);
    const documents = { completion: {}, hover: { contentFormat: ['markdown'] }, publishDiagnostics: {} };
    await server.#ask('initialize', {
      processId: process.pid,
      rootUri: pathToFileURL(packageRoot).href,
      capabilities: { textDocument: documents, workspace: { configuration: true } },
    });
    server.#tell('initialized', {});
    return server;
  }

  /** Opens a text as the file `path`; resolves with what the server finds wrong with it. */
  open(path: string, text: string): Promise<string[]> {
    const uri = pathToFileURL(path).href;
    const diagnosed = new Promise<string[]>((resolve) => void this.#diagnosed.set(uri, resolve));
    this.#tell('textDocument/didOpen', { textDocument: { uri, languageId: 'yaml', version: 1, text } });
    return diagnosed;
  }

  /** The text over a place; lines and characters count from 0. */
  async hover(path: string, position: Position): Promise<string> {
    const result = await this.#ask('textDocument/hover', at(path, position));
    return (result as { contents?: { value?: string } } | null)?.contents?.value ?? '';
  }

  async complete(path: string, position: Position): Promise<{ label: string; documentation?: unknown }[]> {
    const result = await this.#ask('textDocument/completion', at(path, position));
    return (result as { items: { label: string; documentation?: unknown }[] }).items;
  }

  async stop(): Promise<void> {
    const closed = once(this.#child, 'close');
    await this.#ask('shutdown', null);
    this.#tell('exit', null);
    await closed;
  }

  async #ask(method: string, params: unknown): Promise<unknown> {
    const id = this.#next++;
    const answered = new Promise<Answer>((resolve) => void this.#waiting.set(id, resolve));
    this.#send({ id, method, params });
    const { result, error } = await answered;
    if (error) throw new Error(`${method}: ${error.message}`);
    return result;
  }

  #tell(method: string, params: unknown): void {
    this.#send({ method, params });
  }

  #send(message: object): void {
    const body = JSON.stringify({ jsonrpc: '2.0', ...message });
    this.#child.stdin?.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
  }

  #read(piece: Buffer): void {
    this.#buffer = Buffer.concat([this.#buffer, piece]);
    for (;;) {
      const end = this.#buffer.indexOf('\r\n\r\n');
      if (end === -1) return;
      const length = Number(/Content-Length: (\d+)/i.exec(this.#buffer.subarray(0, end).toString())?.[1]);
      if (this.#buffer.length < end + 4 + length) return;
      const body = this.#buffer.subarray(end + 4, end + 4 + length).toString();
      this.#buffer = this.#buffer.subarray(end + 4 + length);
      this.#take(JSON.parse(body) as Answer);
    }
  }

  #take(message: Answer): void {
    const { id, method, params } = message;
    if (method === undefined) this.#waiting.get(id ?? 0)?.(message);
    else if (id !== undefined) this.#send({ id, result: settingsFor(method, params) });
    else if (method === 'textDocument/publishDiagnostics') {
      const { uri, diagnostics } = params as { uri: string; diagnostics: { message: string }[] };
      this.#diagnosed.get(uri)?.(diagnostics.map((each) => each.message));
    }
  }
}

/** What an editor answers when the server asks for its settings: no schemas from the network. */
function settingsFor(method: string, params: unknown): unknown {
  if (method !== 'workspace/configuration') return null;
  const { items } = params as { items: { section?: string }[] };
  const yaml = { validate: true, hover: true, completion: true, schemaStore: { enable: false } };
  return items.map(({ section }) => (section === 'yaml' ? yaml : {}));
}

function at(path: string, position: Position) {
  return { textDocument: { uri: pathToFileURL(path).href }, position };
}
