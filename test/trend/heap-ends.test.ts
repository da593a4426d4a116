import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { forecastNeed } from '../../src/trend/index.js';
import { heapEndOf } from '../../src/trend/limits.js';
import { HOUR, MIB, MINUTE, START } from './support/node.js';
import { isNear } from './support/points.js';
import { SeveralNodes } from './support/several-nodes.js';

const LIMIT = 1000;
const PRIOR_SPREAD = 0.15 / Math.sqrt(12);
const EDGE = { pool: 'edge', version: '1' };

class Heaps extends SeveralNodes {
  #time = START;
  #starts = 0;

  constructor() {
    super([forecastNeed(2 * HOUR)]);
  }

  /** A process that uses its heap like this, minute by minute, of a limit of 1000 MiB. */
  live(name: string, used: readonly number[], labels: Readonly<Record<string, string>> = EDGE): this {
    const start = START / 1000 + 100 * this.#starts++;
    for (const heap of used) {
      const sent = { heap_used: heap * MIB, heap_limit: LIMIT * MIB, start_time: start };
      this.send(name, this.#time, sent, labels);
      this.#time += MINUTE;
    }
    return this;
  }

  endOf(name: string) {
    return heapEndOf(this.process(name));
  }
}

describe('where the heaps of a pool end', () => {
  it('one node learns from the death of another', () => {
    const heaps = new Heaps().live('a', [100, 880]).live('a', [100]).live('b', [100, 200]);
    const { share, spread } = heaps.endOf('b');
    isNear(share, 0.88, 1e-6);
    // One of two counts is the prior's.
    isNear(spread, Math.hypot(0.02, PRIOR_SPREAD / Math.SQRT2), 1e-6);
    assert.ok(spread < PRIOR_SPREAD);
  });

  it('is surer with every death that was like the ones before', () => {
    const heaps = new Heaps();
    const spreads: number[] = [];
    for (const name of ['a', 'b', 'c', 'd']) {
      heaps.live(name, [100, 880]).live(name, [100]).live('z', [100]);
      spreads.push(heaps.endOf('z').spread);
    }
    for (let i = 1; i < spreads.length; i++) assert.ok(spreads[i] < spreads[i - 1], spreads.join(' '));
    assert.ok(spreads[3] > 0.02, 'own deaths say more');
  });

  it('is less sure when deaths differ', () => {
    const alike = new Heaps().live('a', [880]).live('a', [880]).live('a', [100]).live('z', [100]);
    const apart = new Heaps().live('a', [820]).live('a', [940]).live('a', [100]).live('z', [100]);
    isNear(apart.endOf('z').share, alike.endOf('z').share, 1e-6);
    assert.ok(apart.endOf('z').spread > alike.endOf('z').spread);
  });

  it('own deaths come first', () => {
    const heaps = new Heaps().live('a', [100, 860]).live('a', [100]).live('b', [100, 940]).live('b', [100]);
    isNear(heaps.endOf('a').share, 0.86, 1e-6);
    isNear(heaps.endOf('b').share, 0.94, 1e-6);
  });

  it('is higher than what another process came down from or was deployed over', () => {
    const heaps = new Heaps().live('a', [100, 960]).live('z', [100]);
    isNear(heaps.endOf('z').share, 0.925, 1e-6); // It may yet die there.
    isNear(new Heaps().live('a', [100, 960, 300]).live('z', [100]).endOf('z').share, 0.98, 1e-6);
    const deployed = new Heaps().live('a', [960]).live('a', [100], { pool: 'edge', version: '2' });
    isNear(deployed.live('z', [100]).endOf('z').share, 0.98, 1e-6);
  });

  it('is not taken from a use above the limit, which is a fault of telemetry', () => {
    const heaps = new Heaps().live('a', [1300, 300]).live('z', [100]);
    isNear(heaps.endOf('z').share, 0.925, 1e-6);
  });

  it('is no matter of other pools or versions, nor of nodes of which nothing says where they belong', () => {
    const heaps = new Heaps().live('a', [880]).live('a', [100]);
    heaps.live('b', [100], { pool: 'core', version: '1' }).live('c', [100], { pool: 'edge', version: '2' });
    heaps.live('d', [880], {}).live('d', [100], {}).live('e', [100], {});
    for (const name of ['b', 'c', 'e']) isNear(heaps.endOf(name).share, 0.925, 1e-6);
    heaps.live('f', [860], { pool: 'core' }).live('f', [100], { pool: 'core' });
    isNear(heaps.live('g', [100], { pool: 'core' }).endOf('g').share, 0.86, 1e-6);
  });
});
