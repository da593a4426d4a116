import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { cut, fitting, jsonOf } from '../../../src/notify/http/index.js';

describe('what has to fit', () => {
  it('is cut to a length, never within a character', () => {
    assert.equal(cut('abc', 3), 'abc');
    assert.equal(cut('abcd', 3), 'ab…');
    assert.equal(cut('a😀bc', 3), 'a…');
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 1, max: 20 }), (text, length) => {
        const short = cut(text, length);
        assert.ok(short.length <= length);
        assert.doesNotMatch(short, /[\ud800-\udfff]/u);
      }),
    );
  });

  it('is as many items as there is room for, and one whatever its size', () => {
    const write = (items: number) => 'ü'.repeat(items);
    assert.equal(fitting(5, write, 100).length, 5);
    assert.equal(fitting(5, write, 1).length, 1);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 2, max: 700 }), (count, bytes) => {
        assert.equal(fitting(count, write, bytes).length, Math.min(count, Math.floor(bytes / 2)));
      }),
    );
  });

  it('is JSON that every language reads, with nothing else changed', () => {
    assert.equal(jsonOf(['x\ud83d']), '["x\ufffd"]');
    assert.equal(jsonOf({ '\udc00': '\\ud83d' }), '{"\ufffd":"\\\\ud83d"}');
    assert.equal(jsonOf(['\\\ud83d']), '["\\\\\ufffd"]');
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: 'binary' }), (value) => {
        assert.equal(jsonOf(value), JSON.stringify(value));
      }),
    );
  });
});
