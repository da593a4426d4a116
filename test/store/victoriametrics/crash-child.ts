import { writeSync } from 'node:fs';
import { Registry } from '../../../src/telemetry/index.js';
import { rowsOf, T0 } from '../samples.js';
import { openVictoria } from './opened.js';

/**
 * Writes until it is killed, one write after the other: row number N at T0 + N seconds. Prints N only after it is durable.
 *
 *     node crash-child.js FOLDER URL MEASUREMENT
 */
const [folder = '', url = '', measurement = ''] = process.argv.slice(2);
const store = await openVictoria(folder, url, measurement);
const registry = new Registry();
await store.history.loadRegistry(registry);
const last = Number((await store.ledger.load('written')).get('last') ?? 0);
for (let number = last + 1; ; number++) {
  const { id: node, labels } = registry.intern('writer', { version: `${number >> 5}` });
  await store.history.append(rowsOf({ node, labels, time: T0 + number * 1000, rss: number }), registry);
  await store.ledger.append([{ collection: 'written', key: 'last', value: number }]);
  writeSync(1, `${number}\n`);
}
