import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { THEMES } from '../../src/notify/chart/theme.js';
import { PALETTES } from '../../src/notify/message/palette.js';

/** Relative luminance of `#rrggbb` (WCAG 2.2, from sRGB). */
function luminance(colour: string): number {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const share = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(a: string, b: string): number {
  const [high, low] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (high + 0.05) / (low + 0.05);
}

it('contrast is what WCAG says it is', () => {
  assert.equal(contrast('#ffffff', '#000000'), 21);
  // The grey on white that is known to be just enough.
  assert.equal(contrast('#767676', '#ffffff').toFixed(2), '4.54');
});

for (const [scheme, palette] of Object.entries(PALETTES)) {
  describe(`a mail in the ${scheme} scheme`, () => {
    const { card, ink, quiet, link, button, buttonInk, notice, tones } = palette;
    const pairs: [string, string, string][] = [
      ['ink', ink, card],
      ['quiet', quiet, card],
      ['link', link, card],
      ['notice', ink, notice],
      ['button', buttonInk, button],
      ...Object.entries(tones).map(([tone, colour]): [string, string, string] => [tone, colour, card]),
    ];
    for (const [name, text, ground] of pairs) {
      it(`has text that can be read: ${name}`, () => {
        assert.ok(
          contrast(text, ground) >= 4.5,
          `${text} on ${ground}: ${contrast(text, ground).toFixed(2)}`,
        );
      });
    }
  });
}

for (const [name, theme] of Object.entries(THEMES)) {
  describe(`a chart in the ${name} theme`, () => {
    for (const part of ['ink', 'quiet', 'danger', 'mark'] as const) {
      it(`has text that can be read: ${part}`, () => assert.ok(contrast(theme[part], theme.back) >= 4.5));
    }
    // WCAG 1.4.11: what is not text needs 3.
    for (const part of ['live', 'fit', 'danger'] as const) {
      it(`has lines that can be seen: ${part}`, () => assert.ok(contrast(theme[part], theme.back) >= 3));
    }
  });
}
