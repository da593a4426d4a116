import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { THEMES } from '../../src/notify/chart/theme.js';
import { PALETTES } from '../../src/notify/message/palette.js';
import { packageRoot } from '../../src/paths.js';

/** Custom properties of the blocks of theme.css in their order: light, dark by choice, dark by the system. */
function blocksOf(css: string): Record<string, string>[] {
  return [...css.matchAll(/:root[^{]*\{([^}]*)\}/g)].map(([, body]) =>
    Object.fromEntries([...body.matchAll(/--([\w-]+): ([^;]+);/g)].map(([, name, value]) => [name, value])),
  );
}

/** What a scheme must be: the colours of messages, and those of their pictures for what messages do not have. */
function expected(scheme: 'light' | 'dark'): Record<string, string> {
  const { tones, buttonInk, ...palette } = PALETTES[scheme];
  const { used, live, fit, cone, mark, grid, axis } = THEMES[scheme];
  return { ...palette, ...tones, 'button-ink': buttonInk, used, live, fit, cone, mark, grid, axis };
}

describe('theme.css', () => {
  it('has the colours of messages and their pictures, in all schemes', () => {
    const blocks = blocksOf(readFileSync(join(packageRoot, 'src/page/styles/theme.css'), 'utf8'));
    assert.deepEqual(blocks, [expected('light'), expected('dark'), expected('dark')]);
  });
});
