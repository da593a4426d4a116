import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ByteTable, hashBytes } from '../../src/receive/byte-table.js';
import type { Pattern } from '../../src/receive/pattern.js';
import { seededRandom } from '../support/random.js';

interface Thing {
  readonly key: Pattern;
  readonly number: number;
}

const SEED = 7;

describe('a table by bytes', () => {
  it('finds what is in it, of any length, also after others were taken out', () => {
    const random = seededRandom(20_261_201);
    const text = Buffer.from(Array.from({ length: 200_000 }, () => Math.floor(random() * 3)));
    const view = new DataView(text.buffer, text.byteOffset, text.length);
    // Many are as long as another one and differ in little.
    const spans = Array.from({ length: 3000 }, (_, number) => ({
      from: 60 * number,
      to: 60 * number + 9 + (number % 50),
    }));
    spans.push(...[0, 1, 2, 3].map((length) => ({ from: 190_000, to: 190_000 + length })));
    spans.push({ from: 0, to: 150_000 });
    const table = new ByteTable<Thing>();
    const find = ({ from, to }: (typeof spans)[number]) =>
      table.find(hashBytes(SEED, view, from, to), view, from, to)?.number;
    const add = (number: number) => {
      const { from, to } = spans[number];
      if (find(spans[number]) !== undefined) return;
      table.add(hashBytes(SEED, view, from, to), { key: table.keyOf(text.subarray(from, to)), number });
    };
    for (const number of spans.keys()) add(number);
    assert.deepEqual(spans.map(find), [...spans.keys()]);
    table.keep(({ number }) => number % 3 === 0);
    const kept = [...spans.keys()].map((number) => (number % 3 === 0 ? number : undefined));
    assert.deepEqual(spans.map(find), kept);
    assert.equal(table.count, kept.filter((number) => number !== undefined).length);
    for (const number of spans.keys()) add(number);
    assert.deepEqual(spans.map(find), [...spans.keys()]);
    table.clear();
    assert.deepEqual([table.count, table.bytes, find(spans[0])], [0, 0, undefined]);
  });

  it('does not find bytes beyond the end of a text', () => {
    const table = new ByteTable<Thing>();
    const text = Buffer.from('abcdefgh');
    const key = table.keyOf(text);
    const view = new DataView(text.buffer, text.byteOffset, text.length);
    assert.deepEqual(
      [0, 1, 5].map((at) => key.isAt(view, at)),
      [true, false, false],
    );
  });
});
