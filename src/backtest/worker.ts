import { parentPort } from 'node:worker_threads';
import { Rows } from '../telemetry/index.js';
import { PastLine } from './line.js';
import type { FromWorker, ToWorker } from './worker-messages.js';

/** A thread that takes some of the parts through history, each on a line of its own. One message after the other. */

const port = parentPort;
if (!port) throw new Error('worker.js runs in a worker thread only');

const lines = new Map<number, PastLine>();
let work: Promise<void> = Promise.resolve();

async function handle(message: ToWorker): Promise<void> {
  const { part } = message;
  if ('end' in message) {
    const line = lines.get(part);
    lines.delete(part);
    if (line) tell({ part, outcome: await line.finish(message.end) });
    return;
  }
  let line = lines.get(part);
  if (!line && message.options) {
    line = new PastLine(message.options);
    lines.set(part, line);
  }
  await line?.take(Object.assign(new Rows(0), message.rows), message.names);
  tell({ taken: message.rows.length });
}

function tell(message: FromWorker): void {
  port?.postMessage(message);
}

port.on('message', (message: ToWorker) => {
  work = work
    .then(() => handle(message))
    .catch((error: unknown) =>
      tell({ failure: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
    );
});
