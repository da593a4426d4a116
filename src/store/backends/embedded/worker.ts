import { parentPort, workerData } from 'node:worker_threads';
import { Problem } from '../../../problem.js';
import { Engine } from './engine/engine.js';
import { readOutline } from './engine/outline.js';
import { Scan } from './engine/scan.js';
import { joinRows } from './join-rows.js';
import {
  buffersOf,
  type CallMessage,
  type CallName,
  type Calls,
  type Failure,
  type RawOutline,
  type RawRows,
  type WorkerInput,
  type WorkerMessage,
} from './protocol.js';

/**
 * The thread in which DuckDB lives: its appender blocks the thread that calls it. One message in, one answer out.
 */

type Handlers = { [Name in CallName]: (body: Calls[Name]['body']) => Promise<Calls[Name]['reply']> };

const port = parentPort;
if (!port) throw new Error('worker.js runs in a worker thread only');

const engine = new Engine(workerData as WorkerInput, (repaired) => send({ repaired }));
const scans = new Map<number, Scan>();
let scanCount = 0;

const handlers: Handlers = {
  async commit(body) {
    await engine.commit(body);
    return body.rows;
  },
  read: async ({ node, from, to, columns }) => joinRows(await engine.read(node, from, to, columns)),
  outline: ({ node, from, to, stepMs }) => readOutline(engine, node, from, to, stepMs),
  async scanOpen({ from, to, stepMs }) {
    scans.set(++scanCount, new Scan(engine, from, to, stepMs));
    return scanCount;
  },
  async scanNext(scan) {
    const rows = await scans.get(scan)?.next();
    if (!rows) scans.delete(scan);
    return rows;
  },
  async scanClose(scan) {
    scans.delete(scan);
    return undefined;
  },
  registry: () => engine.reading((connection) => engine.registry.load(connection)),
  retain: ({ before }) => engine.retain(before),
  stats: () => engine.stats(),
  load: (collection) => engine.reading((connection) => engine.ledger.load(connection, collection)),
  async keepForecasts(forecasts) {
    await engine.inTurn(() => engine.forecasts.append(engine.database.writer, forecasts));
    return undefined;
  },
  readForecasts: ({ node, from, to }) =>
    engine.reading((connection) => engine.forecasts.read(connection, node, from, to)),
  maintain: ({ now, before }) => engine.maintain(now, before),
  async close() {
    await engine.close();
    return undefined;
  },
};

const WITH_ROWS: ReadonlySet<CallName> = new Set<CallName>(['commit', 'read', 'scanNext']);

/** What goes over to the main thread for good. */
function transferOf(name: CallName, reply: unknown): ArrayBuffer[] {
  if (!reply) return [];
  if (WITH_ROWS.has(name)) return buffersOf(reply as RawRows);
  if (name !== 'outline') return [];
  const { low, high } = reply as RawOutline;
  return [...buffersOf(low), ...buffersOf(high)];
}

async function answer<Name extends CallName>({ id, name, body }: CallMessage<Name>): Promise<void> {
  try {
    const reply = await handlers[name](body);
    send({ id, reply }, transferOf(name, reply));
  } catch (error) {
    send({ id, failure: failureOf(error) });
  }
  if (name === 'close') port?.close();
}

function send(message: WorkerMessage, transfer: ArrayBuffer[] = []): void {
  port?.postMessage(message, transfer);
}

function failureOf(error: unknown): Failure {
  if (error instanceof Problem) return { code: error.code, message: error.message, cure: error.cure };
  const message = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
  return { code: 'store-failed', message: `the database refused: ${message}` };
}

try {
  const opened = await engine.open();
  port.on('message', (message: CallMessage) => void answer(message));
  send({ opened });
} catch (error) {
  send({ refused: failureOf(error) });
  port.close();
}
