import { statSync } from 'node:fs';
import { join } from 'node:path';
import { Problem } from '../problem.js';
import type { History } from './contract.js';
import { QUEUE_FOLDER } from './remote/index.js';

/**
 * Refuses a data folder that holds no history because its service keeps it in a database elsewhere, as the queue in it
 * tells. `history` is what was opened there. @throws Problem bad-option
 */
export async function assertHistoryHere(folder: string, history: History): Promise<void> {
  const hasQueue = statSync(join(folder, QUEUE_FOLDER), { throwIfNoEntry: false })?.isDirectory() ?? false;
  if (!hasQueue || (await history.stats()).newest !== undefined) return;
  throw new Problem(
    'bad-option',
    `the data folder ${folder} holds no history: its service keeps it in a database elsewhere (store.kind)`,
    { cure: 'Start the service, and ask it: --service http://127.0.0.1:8420.' },
  );
}
