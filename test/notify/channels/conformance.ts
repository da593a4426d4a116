import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Message } from '../../../src/notify/index.js';
import {
  HOSTILE,
  hostileMessage,
  hugeLabels,
  manyAlerts,
  OCCASION_MESSAGES,
  SPARSE_MESSAGES,
} from './messages.js';
import { openSubject, type Subject, sendAll } from './subject.js';

/** What every channel does, however its messages travel. */
export function conforms(subject: Subject): void {
  const { type, variant } = subject;
  describe(`channel ${type}${variant ? ` (${variant})` : ''}`, () => {
    /** Sends, and looks at all that arrived. */
    const carries = async (
      t: Parameters<Subject['accepting']>[0],
      message: Message,
    ): Promise<readonly string[]> => {
      const { options, taken } = await subject.accepting(t);
      const channel = await openSubject(t, options);
      await sendAll(channel, message);
      for (const each of taken()) subject.validate(each);
      return taken();
    };

    for (const [occasion, message] of Object.entries(OCCASION_MESSAGES)) {
      it(`carries a message on the occasion ${occasion}`, async (t) => {
        assert.ok((await carries(t, message)).length > 0);
      });
    }

    for (const [place, message] of SPARSE_MESSAGES.entries()) {
      it(`carries a message of which much is missing, ${place + 1}`, async (t) => {
        assert.ok((await carries(t, message)).length > 0);
      });
    }

    for (const [what, text] of Object.entries(HOSTILE)) {
      it(`carries labels with ${what}`, async (t) => {
        assert.ok((await carries(t, hostileMessage(text))).length > 0);
      });
    }

    it('keeps the limits of its receiver with 10,000 alerts', async (t) => {
      const taken = await carries(t, manyAlerts());
      assert.ok(taken.length > 0);
      for (const each of taken) assert.ok(Buffer.byteLength(each) <= subject.mostBytes);
    });

    it('keeps the limits of its receiver with labels of 100 kB', async (t) => {
      const taken = await carries(t, hugeLabels());
      assert.ok(taken.length > 0);
      for (const each of taken) assert.ok(Buffer.byteLength(each) <= subject.mostBytes);
    });

    it('is checked without sending anything', async (t) => {
      const { options, taken } = await subject.accepting(t);
      const channel = await openSubject(t, options);
      await channel.check();
      assert.deepEqual(taken(), []);
    });

    it('has targets', async (t) => {
      const { options } = await subject.accepting(t);
      const { targets, occasions } = await openSubject(t, options);
      assert.ok(occasions?.includes('new') && occasions.includes('over'));
      assert.ok(targets.length > 0);
      assert.equal(new Set(targets).size, targets.length);
    });
  });
}
