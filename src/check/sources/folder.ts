import { existsSync } from 'node:fs';
import pino from 'pino';
import { Registry as Metrics } from 'prom-client';
import type { Clock } from '../../clock.js';
import type { Rule } from '../../evaluate/index.js';
import { Problem } from '../../problem.js';
import { assertHistoryHere, holdsStore, openEmbeddedStore, storeOptions } from '../../store/index.js';
import { Registry } from '../../telemetry/index.js';
import type { History } from '../history.js';
import { Survey } from '../survey.js';

/** What is read of a store at most: the newest rows, about ten seconds of work. */
const ROWS_AT_MOST = 5_000_000;

/**
 * What the data folder of a service holds that is not running.
 * @throws Problem bad-option, store-locked, store-failed
 */
export async function historyOfFolder(
  folder: string,
  rules: readonly Rule[],
  clock: Clock,
): Promise<History> {
  if (!existsSync(folder)) {
    const cure = 'Name the folder that store.folder of the configuration names.';
    throw new Problem('bad-option', `there is no data folder ${folder}`, { cure });
  }
  if (!holdsStore(folder)) {
    const cure = 'Name the folder that store.folder of the configuration names, not the configuration.';
    throw new Problem('bad-option', `${folder} is no data folder of a service`, { cure });
  }
  const store = await openEmbeddedStore({
    options: storeOptions.parse({ folder }),
    log: pino({ level: 'silent' }),
    metrics: new Metrics(),
    // No task is ever due: the store's upkeep would drop what another retention than the default keeps.
    clock: { now: () => clock.now(), after: () => () => undefined },
  });
  try {
    await assertHistoryHere(folder, store.history);
    const registry = new Registry();
    await store.history.loadRegistry(registry);
    const { rows, oldest, newest } = await store.history.stats();
    const survey = new Survey(rules);
    if (oldest !== undefined && newest !== undefined) {
      const share = Math.min(1, ROWS_AT_MOST / Math.max(1, rows));
      for await (const chunk of store.history.scan(newest - (newest - oldest) * share, newest + 1, 0))
        survey.take(chunk, registry);
    }
    return { name: folder, labels: null, ...survey.finish() };
  } finally {
    await store.close();
  }
}
