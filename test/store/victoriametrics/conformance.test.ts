import { after, before, describe } from 'node:test';
import { noVictoriaMetrics, VictoriaMetrics } from '../../support/victoria-metrics.js';
import { describeStore } from '../conformance.js';
import { openBare, openFresh } from './opened.js';

describe('VictoriaMetrics as a store', { skip: noVictoriaMetrics }, () => {
  let victoria: VictoriaMetrics;
  const ends: (() => unknown)[] = [];
  before(async () => {
    victoria = await VictoriaMetrics.start({ after: (task) => void ends.push(task as () => unknown) });
  });
  after(async () => {
    for (const end of ends.reverse()) await end();
  });
  const partitions = 'VictoriaMetrics drops what is old by itself (-retentionPeriod)';

  describeStore('victoriametrics', (t) => openFresh(t, victoria.url), { partitions });

  describeStore('victoriametrics, from what the server itself shows', (t) => openBare(t, victoria), {
    partitions,
    ledger: 'it is the same ledger',
    rewriting: 'of two values for one ms the server shows the larger, not the later one',
    exactness: 'the server keeps decimals: see server.test.ts for what is exact',
  });
});
