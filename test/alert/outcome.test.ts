import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type AlertState, outcomeOf, RuleRecords } from '../../src/alert/index.js';
import { openMemoryStore } from '../../src/store/index.js';
import { MIB, MINUTE, NOW, newsOf, outlookOf } from '../notify/support/news.js';

const PREDICTED = outlookOf();

/** Fired at NOW with a breach predicted for NOW + 42 min; `used` MiB of 1024 are in use 40 min later. */
function stateAt(used: number, changes: Partial<AlertState> = {}): AlertState {
  const seenAt = NOW + 40 * MINUTE;
  return {
    id: 'e-1',
    rule: 'Breach',
    node: 'r-1',
    about: { kind: 'forecast', severity: 'page', labels: {} },
    phase: 'firing',
    activeSince: NOW - MINUTE,
    dueAt: NOW,
    firedAt: NOW,
    lastTrueAt: seenAt,
    seenAt,
    reason: 'because',
    predicted: PREDICTED,
    outlook: outlookOf({ at: seenAt, now: used * MIB }),
    ...changes,
  };
}

describe('what became of an alert', () => {
  it('is a breach when physical memory is full, with the error of the time', () => {
    assert.deepEqual(outcomeOf(stateAt(1010), NOW + 60 * MINUTE, false), {
      result: 'breached',
      errorMs: 2 * MINUTE,
      leadMs: 40 * MINUTE,
      inRange: true,
    });
  });

  it('is a breach when the process ended close to the limit', () => {
    const outcome = outcomeOf(stateAt(940), NOW + 41 * MINUTE, true);
    assert.deepEqual([outcome.result, outcome.leadMs], ['breached', 40 * MINUTE]);
  });

  it('is averted when the process was replaced before it came that far', () => {
    assert.deepEqual(outcomeOf(stateAt(700), NOW + 41 * MINUTE, true), { result: 'averted' });
  });

  it('was wrong when the predicted range went by', () => {
    assert.deepEqual(outcomeOf(stateAt(900), NOW + 64 * MINUTE, false), { result: 'passed' });
    assert.deepEqual(outcomeOf(stateAt(900), NOW + 62 * MINUTE, false), { result: 'averted' });
  });

  it('of a full heap is no breach while the process lives on', () => {
    const heap = stateAt(0, {
      outlook: outlookOf({ signal: 'heap', now: 1020 * MIB, at: NOW + 40 * MINUTE }),
    });
    assert.deepEqual(outcomeOf(heap, NOW + 41 * MINUTE, false), { result: 'averted' });
    assert.equal(outcomeOf(heap, NOW + 41 * MINUTE, true).result, 'breached');
  });

  it('that predicted no time is only its end', () => {
    const { predicted: _, ...state } = stateAt(1010);
    assert.deepEqual(outcomeOf(state, NOW, true), { result: 'ended' });
  });
});

describe('the record of a rule', () => {
  it('counts each piece of news once, however often it is prepared, and is there after a restart', async () => {
    const { ledger } = openMemoryStore();
    const records = new RuleRecords();
    const fired = newsOf();
    const ended = newsOf({
      state: 'resolved',
      outcome: { result: 'breached', errorMs: 0, leadMs: 40 * MINUTE, inRange: true },
    });
    records.count([fired]);
    await ledger.append(records.count([fired]));
    await ledger.append(records.count([ended, newsOf({ kind: 'service', rule: 'RulesRefused' })]));
    const after = new RuleRecords();
    await after.load(ledger);
    assert.deepEqual(after.of('MemoryBreachPredicted'), {
      since: NOW,
      fired: 1,
      breached: 1,
      averted: 0,
      passed: 0,
      ended: 0,
      leads: [40 * MINUTE],
    });
    assert.equal(after.of('RulesRefused'), undefined);
  });
});
