import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { textWidth } from '../../src/notify/chart/text-width.js';
import { type ChartOptions, drawChart, PngRenderer } from '../../src/notify/index.js';
import type { Portrait } from '../../src/trend/index.js';
import { HOUR, MIB, MINUTE, NOW, portraitOf } from './support/news.js';

const OPTIONS: ChartOptions = { width: 660, height: 370, theme: 'light', title: 'r-1' };

const never = { breachP10: null, breachP50: null, breachP90: null };

function seriesOf(count: number, stepMs: number, level: (i: number) => number): [number, number][] {
  return Array.from({ length: count }, (_, i) => [NOW - (count - 1 - i) * stepMs, level(i)]);
}

function history(count: number, stepMs: number, level: (i: number) => number): Partial<Portrait> {
  const used = seriesOf(count, stepMs, level);
  return { used, live: used, from: used[0]?.[0] ?? NOW - HOUR, fit: [], cone: [], marks: [] };
}

const EDGES: Record<string, Portrait> = {
  usual: portraitOf(),
  'breach beyond the picture': portraitOf({ to: NOW + 10 * MINUTE }),
  'breach beyond all dates': portraitOf({ breachP50: 1e18, breachP90: 1e19 }),
  'breach in the past': portraitOf({ breachP10: NOW - HOUR, breachP50: NOW - MINUTE }),
  'open end': portraitOf({ breachP90: null }),
  'only possible': portraitOf({ breachP50: null, breachP90: null }),
  'no breach': portraitOf(never),
  'three points': portraitOf({ ...history(3, 15_000, (i) => (500 + i * 10) * MIB), ...never }),
  'one point': portraitOf({ ...history(1, 1, () => 500 * MIB), ...never }),
  'no point': portraitOf({ ...history(0, 1, () => 0), ...never }),
  flat: portraitOf({ ...history(400, 15_000, () => 600 * MIB), ...never }),
  zero: portraitOf({ ...history(10, 15_000, () => 0), ...never }),
  huge: portraitOf({ ...history(600, HOUR, (i) => 1e15 + i * 1e12), limit: 2e15, effectiveLimit: 1.9e15 }),
  'far limit': portraitOf({ ...history(300, 15_000, () => 200 * MIB), ...never, limit: 2 ** 50 }),
  'above the limit': portraitOf({ ...history(50, 15_000, () => 1100 * MIB) }),
  seconds: portraitOf({
    ...history(80, 500, (i) => (500 + i * 5) * MIB),
    to: NOW + 50_000,
    breachP50: NOW + 30_000,
  }),
  'many points': portraitOf({ ...history(20_000, 1_000, (i) => (400 + (i % 100)) * MIB) }),
  'many marks': portraitOf({
    marks: Array.from({ length: 60 }, (_, i) => ({ at: NOW - i * 3 * MINUTE, what: `restart ${i}` })),
  }),
};

function textsOf(svg: string): { text: string; x: number; y: number; anchor: string }[] {
  const tags = svg.matchAll(/<text x="([-\d.]+)" y="([-\d.]+)" text-anchor="(\w+)"[^>]*>([^<]*)<\/text>/g);
  return [...tags].map(([, x, y, anchor, text]) => ({ text, x: Number(x), y: Number(y), anchor }));
}

describe('the chart', () => {
  for (const [name, portrait] of Object.entries(EDGES)) {
    for (const theme of ['light', 'dark'] as const) {
      it(`draws ${name} (${theme}) with numbers only, all labels inside`, () => {
        const svg = drawChart(portrait, { ...OPTIONS, theme });
        assert.doesNotMatch(svg, /NaN|Infinity|undefined|null/);
        assert.ok(svg.length < 150_000);
        for (const { text, x, y } of textsOf(svg)) {
          assert.ok(x >= 0 && x <= OPTIONS.width && y > 0 && y < OPTIONS.height, `${text} at ${x}, ${y}`);
        }
      });
    }
  }

  it('names the limit, the end in practice, now and the expected time', () => {
    const texts = textsOf(drawChart(portraitOf(), OPTIONS)).map(({ text }) => text);
    for (const text of [
      'r-1 reaches its memory limit in about 42 min',
      'memory limit 1 GiB',
      'ends in practice at 960 MiB',
      'now 08:28',
      'limit reached 09:10',
      'version 2026.11.2',
      '23 Nov UTC',
      'likely range, 8 in 10',
    ]) {
      assert.ok(texts.includes(text), `${text} in ${texts.join(' | ')}`);
    }
  });

  it('says in which direction lies what is outside', () => {
    const [beyond, far] = ['breach beyond the picture', 'far limit'].map((name) =>
      drawChart(EDGES[name], OPTIONS),
    );
    assert.match(beyond, /limit reached 09:10 →/);
    assert.match(far, /memory limit 1024 TiB, far above ↑/);
  });

  it('breaks the line where nothing was reported', () => {
    const all = seriesOf(100, 15_000, (i) => (400 + i) * MIB);
    const gap = all.filter((_, i) => i < 40 || i > 60);
    const strokesOf = (live: [number, number][]) => {
      const svg = drawChart(portraitOf({ live }), OPTIONS);
      return /<path d="([^"]*)"[^>]*stroke-width="2.6"/.exec(svg)?.[1].match(/M/g)?.length;
    };
    assert.equal(strokesOf(all), 1);
    assert.equal(strokesOf(gap), 2);
  });

  it('escapes names and leaves out what XML cannot hold', () => {
    const marks = [{ at: NOW - HOUR, what: '<b>&"\u0000' }];
    const svg = drawChart(portraitOf({ marks }), { ...OPTIONS, title: '<script>\u0001' });
    assert.match(svg, /&lt;script&gt; +reaches/);
    assert.match(svg, /&lt;b&gt;&amp;&quot;/);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: it is what is looked for
    assert.doesNotMatch(svg, /[\u0000\u0001]/);
  });

  it('says what it is told to, and has its legend inside where it is narrow', () => {
    const svg = drawChart(portraitOf(), { ...OPTIONS, width: 480, says: 'has reached its memory limit' });
    const texts = textsOf(svg);
    assert.ok(texts.some(({ text }) => text === 'r-1 has reached its memory limit'));
    const last = texts.find(({ text, y }) => text === 'limit reached' && y > OPTIONS.height - 20);
    assert.ok(last && last.x + textWidth('limit reached', 11.5) <= 480, JSON.stringify(last));
  });

  it('shortens a name, not what it says of it', () => {
    const svg = drawChart(portraitOf(), { ...OPTIONS, title: 'very-long-name-'.repeat(20) });
    assert.match(svg, /very-long-name-.*… reaches its memory limit in about 42 min</);
  });
});

describe('the picture', () => {
  const renderer = new PngRenderer();
  after(() => renderer.close());

  it('is a PNG of the size asked for, with text drawn in it', async () => {
    const svg = drawChart(portraitOf(), OPTIONS);
    const png = await renderer.render(svg, 2);
    assert.equal(png.subarray(0, 8).toString('hex'), '89504e470d0a1a0a');
    assert.deepEqual([png.readUInt32BE(16), png.readUInt32BE(20)], [1320, 740]);
    const silent = await renderer.render(svg.replace(/<text.*?<\/text>/g, ''), 2);
    assert.ok(png.length > silent.length * 1.3, 'letters take room');
  });

  it('of every edge can be rendered', async () => {
    const pngs = await Promise.all(
      Object.values(EDGES).map((portrait) => renderer.render(drawChart(portrait, OPTIONS), 1)),
    );
    for (const png of pngs) assert.equal(png.readUInt32BE(16), 660);
  });

  it('that is no SVG is an error, and the next one is drawn all the same', async () => {
    await assert.rejects(renderer.render('<svg', 1), /the picture cannot be drawn/);
    const png = await renderer.render(drawChart(portraitOf(), OPTIONS), 1);
    assert.equal(png.readUInt32BE(16), 660);
  });

  it('asked for while it closes is refused, not forgotten', async () => {
    const other = new PngRenderer();
    const asked = assert.rejects(other.render(drawChart(portraitOf(), OPTIONS), 1), /not drawn any more/);
    await other.close();
    await asked;
  });
});
