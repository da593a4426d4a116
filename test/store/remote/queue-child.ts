import { writeSync } from 'node:fs';
import { systemClock } from '../../../src/clock.js';
import { DurableQueue } from '../../../src/store/remote/durable-queue.js';

/** Adds numbered lines to a queue until it is killed; prints each number only once it is durable. */
const [folder = '', first = '0'] = process.argv.slice(2);
const queue = await DurableQueue.open({
  folder,
  maxBytes: 2 ** 30,
  commitInterval: 1,
  clock: systemClock,
  segmentBytes: 4096,
});
for (let number = Number(first); ; number++) {
  await queue.append({ text: `line ${number}\n`, rows: 1, from: number, to: number });
  writeSync(1, `${number}\n`);
}
