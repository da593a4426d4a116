// Draws the pictures of docs/models/*.md into docs/images/models: recordings that the project carries go through the real trend
// room up to a chosen moment. Run after `npm run build`:
//   node scripts/model-pictures.mjs [name ...]
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';

const built = resolve(process.env.HEADROOM_DIST ?? 'dist', 'src');
const room = (path) => import(join(built, path));
const { byteTicks } = await room('notify/chart/axes.js');
const { thin } = await room('notify/chart/points.js');
const { drawLine, drawText, px } = await room('notify/chart/svg.js');
const { textWidth } = await room('notify/chart/text-width.js');
const { THEMES } = await room('notify/chart/theme.js');
const { readTrace, takeRow } = await room('replay/trace-file.js');
const { COLUMN, formatBytes, Registry, Rows } = await room('telemetry/index.js');
const { forecastNeed, Trend } = await room('trend/index.js');
const { Forecaster } = await room('trend/forecaster.js');
const { heapEndOf } = await room('trend/limits.js');
const { findRegime } = await room('trend/onset.js');
const { gatherByAge, MOST_POINTS_FITTED } = await room('trend/points.js');
const { makePoints } = await room('trend/shapes/shape.js');
const { noiseOf, ORIGINS } = await room('trend/weigh.js');

const RECORDINGS = 'accuracy/recordings/dev';
const TARGET = 'docs/images/models';

/** That of the shipped rules. */
const HORIZON = 2 * 3_600_000;
const MINUTE = 60_000;

const WIDTH = 820;
const LEFT = 76;
const RIGHT = WIDTH - 20;
const TOP = 74;
const light = THEMES.light;
const AFTER = '#b9c0c8';
const COLOURS = {
  flat: '#4b5563',
  linear: '#b45309',
  saturating: '#0f766e',
  accelerating: '#be185d',
  stepwise: '#6d28d9',
  periodic: '#0369a1',
  'load-driven': '#4d7c0f',
  'by requests': '#9a3412',
  'beside traffic': '#0e7490',
};

/** Name of the page, and what its picture shows. `at` and `to` in minutes of the recording. */
const PICTURES = {
  levels: {
    title: 'A lazy collector: use swings, the floor stays',
    trace: 't002',
    node: 'api-16',
    resource: 'heap',
    at: 150,
    to: 240,
    floors: true,
    fits: ['flat'],
  },
  regime: {
    title: 'A leak that began late: only what comes after the bend is drawn on',
    trace: 't001',
    node: 'app-17',
    resource: 'rss',
    at: 64,
    to: 100,
    regime: true,
    fits: ['linear'],
  },
  flat: {
    title: 'A process that has filled what it needs',
    trace: 't072',
    node: 'edge-10',
    resource: 'rss',
    at: 124.8,
    to: 240,
    fits: ['flat'],
  },
  linear: {
    title: 'A leak in a straight line',
    trace: 't046',
    node: 'edge-24',
    resource: 'heap',
    at: 150,
    to: 190,
    regime: true,
    fits: ['linear'],
  },
  saturating: {
    title: 'A cache that warms up',
    trace: 't021',
    node: 'api-17',
    resource: 'heap',
    at: 152.5,
    to: 300,
    regime: true,
    fits: ['saturating', 'linear', 'flat'],
  },
  accelerating: {
    title: 'A leak that gets steeper',
    trace: 't030',
    node: 'web-27',
    resource: 'heap',
    at: 182,
    to: 210,
    regime: true,
    fits: ['accelerating', 'linear'],
  },
  stepwise: {
    title: 'Growth in steps',
    trace: 't003',
    node: 'svc-15',
    resource: 'rss',
    at: 168,
    to: 200,
    regime: true,
    fits: ['stepwise', 'saturating', 'flat'],
  },
  periodic: {
    title: 'A load wave that comes back',
    trace: 't081',
    node: 'app-2',
    resource: 'heap',
    at: 189.5,
    to: 300,
    fits: ['periodic', 'load-driven'],
  },
  'load-driven': {
    title: 'Memory that follows growing traffic to its limit',
    trace: 't073',
    node: 'svc-14',
    resource: 'rss',
    at: 128.4,
    to: 160,
    fits: ['load-driven', 'accelerating', 'flat'],
    rate: true,
  },
  'per-request': {
    title: 'A buffer of every response is kept, under growing traffic',
    trace: 't059',
    node: 'gw-3',
    resource: 'rss',
    at: 112,
    to: 150,
    fits: ['by requests', 'linear', 'accelerating'],
    rate: true,
  },
  'beside-traffic': {
    title: 'A leak under a wave of traffic',
    trace: 't047',
    node: 'edge-7',
    resource: 'heap',
    at: 167,
    to: 240,
    fits: ['beside traffic', 'linear', 'load-driven'],
    rate: true,
  },
  weights: {
    title: 'Every candidate of one moment, with its weight',
    trace: 't060',
    node: 'web-1',
    resource: 'rss',
    at: 147,
    to: 190,
    regime: true,
    fits: Object.keys(COLOURS),
    origins: true,
  },
  breach: {
    title: 'The mixture: each fit at five quantiles of its own uncertainty',
    trace: 't065',
    node: 'web-1',
    resource: 'rss',
    at: 193.8,
    to: 240,
    fits: ['linear', 'accelerating', 'saturating', 'load-driven', 'flat'],
    fan: true,
  },
};

/** Pictures of how the odds went over a whole recording. */
const COURSES = {
  persistence: {
    title: 'A straight leak earns belief by its height',
    trace: 't001',
    node: 'app-17',
    resource: 'rss',
    from: 0,
    to: 100,
    second: null,
  },
  limits: {
    title: 'A heap that has shown where it ends',
    trace: 't046',
    node: 'edge-24',
    resource: 'heap',
    from: 0,
    to: 275,
    second: null,
    heapEnd: true,
  },
  pool: {
    title: 'Eight nodes of one pool: what one would say alone, and what it says with the others',
    trace: 't017',
    node: 'proxy-8',
    resource: 'rss',
    from: 0,
    to: 180,
    second: 'alone',
  },
  precedent: {
    title: 'Mild growth that planned restarts end in time',
    trace: 't012',
    node: 'edge-4',
    resource: 'rss',
    from: 0,
    to: 275,
    second: 'without the lives before',
  },
};

/** Replays a recording; `each(at, id, world)` after every row of it. */
async function replay(trace, each) {
  const folder = mkdtempSync(join(tmpdir(), 'headroom-models-'));
  try {
    const file = join(folder, `${trace}.csv`);
    writeFileSync(file, gunzipSync(readFileSync(join(RECORDINGS, `${trace}.csv.gz`))));
    const registry = new Registry();
    const trend = new Trend([forecastNeed(HORIZON)]);
    const rows = new Rows(1);
    for await (const row of readTrace(file)) {
      const at = row.time * 1000;
      const { id } = takeRow(row, at, registry, rows);
      trend.observe(rows, registry);
      each(at, row.node, trend.node(id), id, rows.values);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function askAll(forecaster, id, process, resource, at) {
  return forecaster.workings(id, process, process.windows[0], resource, HORIZON, at);
}

/** What one moment looks like: workings, points and regime; and use before and after it. */
async function momentOf({ trace, node, resource, at: minutes }) {
  const forecaster = new Forecaster();
  const column = resource === 'rss' ? COLUMN.rss : COLUMN.heap_used;
  const used = [];
  const requests = [];
  let moment;
  let asked = 0;
  await replay(trace, (at, name, process, id, values) => {
    if (name !== node) return;
    if (!Number.isNaN(values[column])) used.push([at, values[column]]);
    if (!Number.isNaN(values[COLUMN.requests_total])) requests.push([at, values[COLUMN.requests_total]]);
    if (moment || at < asked + MINUTE) return;
    asked = at;
    const workings = askAll(forecaster, id, process, resource, at);
    if (at >= minutes * MINUTE && workings) moment = { at, since: process.since, ...freeze(workings) };
  });
  return { ...moment, used, requests };
}

/** What the next call would overwrite, copied. */
function freeze(workings) {
  const { levels, from, span } = workings;
  const points = makePoints(MOST_POINTS_FITTED);
  gatherByAge(levels, 0, from, span, points, levels.floors >= 8 ? levels.isFloor : null);
  const regime = findRegime(points, noiseOf(points));
  const level = Array.from({ length: levels.n }, (_, i) => [
    levels.time[i],
    levels.level[i],
    levels.isFloor[i],
  ]);
  return { ...workings, level, points, regime };
}

function scale([from, to], [low, high]) {
  return (value) => low + ((value - from) / (to - from)) * (high - low);
}

function path(points, x, y, colour, width, more = '') {
  const d = points.map(([time, value], i) => `${i === 0 ? 'M' : 'L'}${px(x(time))} ${px(y(value))}`).join('');
  return `<path d="${d}" fill="none" stroke="${colour}" stroke-width="${width}" stroke-linejoin="round" ${more}/>`;
}

function clock(ms) {
  const minutes = Math.round(ms / MINUTE);
  return `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, '0')}`;
}

function frame(x, y, from, to, low, high, bottom, isLabelled = true) {
  const parts = [];
  for (const { value, label } of byteTicks(low, high, 5)) {
    parts.push(drawLine(LEFT, y(value), RIGHT, y(value), light.grid));
    parts.push(
      drawText(label, { x: LEFT - 8, y: y(value) + 4, anchor: 'end' }, { colour: light.quiet, size: 12 }),
    );
  }
  parts.push(...timeAxis(x, from, to, bottom, isLabelled));
  return parts;
}

function timeAxis(x, from, to, bottom, isLabelled = true) {
  const parts = [drawLine(LEFT, bottom, RIGHT, bottom, light.axis)];
  const step = [10, 15, 30, 60].find((minutes) => (to - from) / (minutes * MINUTE) <= 10) * MINUTE;
  for (let time = Math.ceil(from / step) * step; time <= to; time += step) {
    parts.push(drawLine(x(time), bottom, x(time), bottom + 4, light.axis));
    if (!isLabelled) continue;
    const place = { x: x(time), y: bottom + 18, anchor: 'middle' };
    parts.push(drawText(clock(time), place, { colour: light.quiet, size: 12 }));
  }
  return parts;
}

/** Entries of [label, colour, dash or 'dot' or 'band'], in rows that fit. */
function legend(entries, top) {
  const parts = [];
  let x = LEFT;
  let y = top;
  for (const [label, colour, kind = '', width = 2.5] of entries) {
    const needed = 32 + textWidth(label, 12.5) + 20;
    if (x + needed > RIGHT && x > LEFT) {
      x = LEFT;
      y += 20;
    }
    if (kind === 'dot') parts.push(`<circle cx="${px(x + 12)}" cy="${y - 4}" r="3.2" fill="${colour}"/>`);
    else if (kind === 'band')
      parts.push(
        `<rect x="${px(x)}" y="${y - 9}" width="24" height="10" fill="${colour}" fill-opacity="0.3"/>`,
      );
    else
      parts.push(
        drawLine(
          x,
          y - 4,
          x + 24,
          y - 4,
          colour,
          `stroke-width="${width}" ${kind && `stroke-dasharray="${kind}"`}`,
        ),
      );
    parts.push(drawText(label, { x: x + 30, y, anchor: 'start' }, { colour: light.ink, size: 12.5 }));
    x += needed;
  }
  return { parts, bottom: y + 14 };
}

function document(title, subtitle, parts, height) {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" font-family="Inter, sans-serif">`,
    `<rect width="${WIDTH}" height="${height}" fill="${light.back}"/>`,
    drawText(title, { x: LEFT, y: 24, anchor: 'start' }, { colour: light.ink, size: 16, weight: 600 }),
    drawText(subtitle, { x: LEFT, y: 44, anchor: 'start' }, { colour: light.quiet, size: 12.5 }),
    ...parts,
    '</svg>',
    '',
  ].join('\n');
}

const percent = (share) => `${Math.round(100 * share)} %`;

function saidOf({ outlook }) {
  const { probability, breachP50, shape } = outlook;
  if (probability === null) return 'no forecast yet';
  return `at ${clock(outlook.at)}: ${percent(probability)} within 2 h, ${shape}${breachP50 ? `, most likely about ${clock(breachP50)}` : ', no breach expected'}`;
}

/** Straight lines by something else than time have a colour of their own. */
function nameOf(shape, fit) {
  if (fit.perRequest !== undefined) return 'by requests';
  return shape === 'linear' && fit.explained ? 'beside traffic' : shape;
}

async function drawMoment(picture) {
  const { title, trace, node, resource, to: toMinutes, fits } = picture;
  const moment = await momentOf(picture);
  const { at, from, span, candidates, outlook, goal, level, points, regime, used, since } = moment;
  const to = toMinutes * MINUTE;
  const begin = Math.min(since, from);
  const bottom = TOP + 300;
  const shown = used.filter(([time]) => time >= begin && time <= to);
  const high = Math.max(
    outlook.limit * 1.06,
    ...shown.map(([, bytes]) => Math.min(bytes, outlook.limit * 1.06)),
  );
  const isFar =
    Math.max(...shown.map(([, bytes]) => bytes)) < outlook.limit * 0.55 && outlook.probability < 0.1;
  const top = isFar ? Math.max(...shown.map(([, bytes]) => bytes)) * 1.25 : high;
  const x = scale([begin, to], [LEFT, RIGHT]);
  const y = scale([0, top], [bottom, TOP]);
  const parts = frame(x, y, begin, to, 0, top, bottom);
  const entries = [[`${resource === 'rss' ? 'RSS' : 'heap'} in use`, light.used]];
  parts.push(
    `<clipPath id="plot"><rect x="${LEFT}" y="${TOP - 4}" width="${RIGHT - LEFT}" height="${bottom - TOP + 4}"/></clipPath><g clip-path="url(#plot)">`,
  );
  // What came afterwards, then what was known.
  parts.push(path(thin(shown.filter(([time]) => time >= at)), x, y, AFTER, 1.6));
  parts.push(path(thin(shown.filter(([time]) => time <= at)), x, y, light.used, 1.6));
  entries.push(['what came afterwards', AFTER]);
  parts.push(path(level, x, y, light.live, 2));
  entries.push(['level', light.live]);
  if (picture.floors) {
    for (const [time, bytes, isFloor] of level)
      if (isFloor)
        parts.push(
          `<circle cx="${px(x(time))}" cy="${px(y(bytes))}" r="4" fill="none" stroke="${light.live}" stroke-width="1.6"/>`,
        );
  } else {
    for (let i = 0; i < points.n; i++)
      parts.push(
        `<circle cx="${px(x(from + span * points.x[i]))}" cy="${px(y(points.y[i]))}" r="2.8" fill="${light.live}"/>`,
      );
    entries.push(['points', light.live, 'dot']);
  }
  if (picture.regime && regime.onset > 0) {
    const starts = [...new Set([regime.climbStart, regime.onset])].filter((start) => start > 0);
    for (const start of starts) {
      const place = x(from + span * points.x[start]);
      parts.push(
        drawLine(
          place,
          TOP,
          place,
          bottom,
          light.mark,
          `stroke-dasharray="${start === regime.onset ? '2 3' : '7 4'}" stroke-width="1.4"`,
        ),
      );
    }
    if (starts.includes(regime.climbStart) && regime.climbStart !== regime.onset)
      entries.push(['climb begins', light.mark, '7 4', 1.4]);
    entries.push([
      regime.climbStart === regime.onset ? 'climb and newest regime begin' : 'newest regime begins',
      light.mark,
      '2 3',
      1.4,
    ]);
  }
  if (picture.origins) {
    const first = points.x[regime.climbStart];
    for (const share of ORIGINS) {
      const place = x(from + span * (first + share * (1 - first)));
      parts.push(drawLine(place, bottom - 16, place, bottom, light.ink, 'stroke-width="1.6"'));
    }
    entries.push(['origins of the checks (short strokes below)', light.ink, '', 1.6]);
  }
  const farthest = 1 + (to - at) / span;
  const totals = new Map();
  for (const { shape: kind, fit, weight } of candidates) {
    const shape = nameOf(kind, fit);
    totals.set(shape, (totals.get(shape) ?? 0) + weight);
    if (!fits.includes(shape) || (weight < 0.01 && fits[0] !== shape)) continue;
    const scores = picture.fan ? [-1.2816, -0.5244, 0, 0.5244, 1.2816] : [0];
    for (const score of scores) {
      const line = [];
      const steps = shape === 'stepwise' ? 400 : 60;
      for (let i = 0; i <= steps; i++) {
        const u = 1 + ((farthest - 1) * i) / steps;
        const bytes = fit.level(u, score);
        line.push([from + span * u, bytes]);
        if (bytes > top * 1.1) break;
      }
      const strength = picture.fan
        ? Math.max(0.12, Math.min(1, weight * 2))
        : Math.max(0.55, Math.min(1, 0.5 + weight));
      parts.push(
        path(line, x, y, COLOURS[shape], picture.fan ? 1.5 : 2.4, `stroke-opacity="${strength.toFixed(2)}"`),
      );
    }
  }
  for (const shape of fits)
    if (totals.has(shape)) entries.push([`${shape} ${percent(totals.get(shape))}`, COLOURS[shape]]);
  parts.push('</g>');
  if (!isFar) {
    parts.push(drawLine(LEFT, y(outlook.limit), RIGHT, y(outlook.limit), light.danger, 'stroke-width="2"'));
    entries.push([resource === 'rss' ? 'memory limit' : 'heap limit', light.danger]);
    if (Math.abs(goal - outlook.limit) > 0.015 * outlook.limit) {
      parts.push(
        drawLine(LEFT, y(goal), RIGHT, y(goal), light.danger, 'stroke-width="1.5" stroke-dasharray="6 4"'),
      );
      entries.push(['level that must be reached', light.danger, '6 4', 1.5]);
    }
    const { breachP10, breachP50, breachP90 } = outlook;
    if (breachP50 !== null && breachP10 < to) {
      const edge = Math.min(x(breachP90), RIGHT);
      parts.push(
        `<rect x="${px(x(breachP10))}" y="${px(y(goal) - 7)}" width="${px(Math.max(1, edge - x(breachP10)))}" height="14" fill="${light.cone}" fill-opacity="0.35"/>`,
      );
      if (x(breachP50) < RIGHT)
        parts.push(
          drawLine(x(breachP50), y(goal) - 9, x(breachP50), y(goal) + 9, light.fit, 'stroke-width="2.5"'),
        );
      entries.push([
        breachP90 > to ? `p10 to p90 of the breach (p90 at ${clock(breachP90)})` : 'p10 to p90 of the breach',
        light.cone,
        'band',
      ]);
    }
  }
  parts.push(drawLine(x(at), TOP - 2, x(at), bottom, light.ink, 'stroke-width="1"'));
  const word = { x: x(at), y: TOP - 8, anchor: 'middle' };
  parts.push(drawText('now', word, { colour: light.ink, size: 12.5, weight: 600 }));
  let end = bottom + 26;
  if (picture.rate) {
    const strip = drawRate(moment, x, begin, to, at, bottom + 30);
    parts.push(...strip.parts);
    end = strip.bottom;
    entries.push(['requests a second (below)', COLOURS['load-driven'], '3 3', 1.6]);
  }
  const under = legend(entries, end + 18);
  const far = isFar ? `; the limit, ${formatBytes(outlook.limit)}, is above the picture` : '';
  const subtitle = `${trace}, ${node}; ${saidOf(moment)}${far}`;
  return document(title, subtitle, [...parts, ...under.parts], under.bottom);
}

/** Traffic as a strip below the picture. */
function drawRate({ requests }, x, begin, to, at, top) {
  const rates = [];
  const size = 8;
  for (let i = size; i < requests.length; i += size) {
    const [[t0, r0], [t1, r1]] = [requests[i - size], requests[i]];
    if (t0 >= begin && t1 <= to && r1 >= r0) rates.push([t1, (1000 * (r1 - r0)) / (t1 - t0)]);
  }
  const most = Math.max(...rates.map(([, rate]) => rate));
  const y = scale([0, most], [top + 60, top]);
  const parts = [drawLine(LEFT, top + 60, RIGHT, top + 60, light.axis)];
  const label = (text, place) =>
    drawText(text, { x: LEFT - 8, y: place, anchor: 'end' }, { colour: light.quiet, size: 12 });
  parts.push(label(`${most.toPrecision(2)}/s`, top + 6), label('0', top + 64));
  const colour = COLOURS['load-driven'];
  parts.push(path(thin(rates.filter(([time]) => time >= at)), x, y, AFTER, 1.6));
  parts.push(path(thin(rates.filter(([time]) => time <= at)), x, y, colour, 1.6, 'stroke-dasharray="3 3"'));
  parts.push(drawLine(x(at), top, x(at), top + 60, light.ink, 'stroke-width="1"'));
  return { parts, bottom: top + 62 };
}

async function courseOf({ trace, node, resource, second, heapEnd }) {
  const forecaster = new Forecaster();
  const other = new Forecaster();
  const column = resource === 'rss' ? COLUMN.rss : COLUMN.heap_used;
  const course = { used: new Map(), odds: [], others: [], ends: [], limit: 0, cuts: [] };
  const asked = new Map();
  let since;
  await replay(trace, (at, name, process, id, values) => {
    if (!course.used.has(name)) course.used.set(name, []);
    const value = values[column];
    if (!Number.isNaN(value)) course.used.get(name).push([at, value]);
    if (name === node && process.since !== since) {
      if (since !== undefined) course.cuts.push(at);
      since = process.since;
    }
    if (at < (asked.get(name) ?? 0) + MINUTE) return;
    asked.set(name, at);
    const outlook = forecaster.outlook(id, process, process.windows[0], resource, HORIZON, at);
    if (name !== node || !outlook) return;
    course.limit = outlook.limit;
    course.odds.push([at, outlook.probability ?? Number.NaN]);
    if (heapEnd) {
      const { share, spread } = heapEndOf(process);
      course.ends.push([at, share * course.limit, spread * course.limit]);
    }
    if (second === null) return;
    // The same question to one who knows nobody else, or nothing of earlier lives.
    const lives = second === 'alone' ? [] : process.lives.splice(0);
    const doubled = askAll(other, id, process, resource, at);
    process.lives.push(...lives);
    course.others.push([at, doubled?.outlook.probability ?? Number.NaN]);
  });
  return course;
}

/** Runs of what is known: a line is not drawn through what is not. */
function known(points) {
  const runs = [[]];
  for (const point of points) {
    if (Number.isNaN(point[1])) runs.push([]);
    else runs[runs.length - 1].push(point);
  }
  return runs.filter((run) => run.length > 1);
}

async function drawCourse(picture) {
  const { title, trace, node, resource, second } = picture;
  const course = await courseOf(picture);
  const [from, to] = [picture.from * MINUTE, picture.to * MINUTE];
  const within = (points) => points.filter(([time]) => time >= from && time <= to);
  const bottom = TOP + 210;
  const stripTop = bottom + 44;
  const stripBottom = stripTop + 120;
  const x = scale([from, to], [LEFT, RIGHT]);
  const y = scale([0, course.limit * 1.06], [bottom, TOP]);
  const p = scale([0, 1], [stripBottom, stripTop]);
  const parts = frame(x, y, from, to, 0, course.limit * 1.06, bottom, false);
  const entries = [];
  for (const [name, used] of course.used) {
    if (name === node) continue;
    const coarse = within(used).filter((_, i) => i % 4 === 0);
    parts.push(path(coarse, x, y, AFTER, 1));
  }
  if (course.used.size > 1) entries.push(['the other nodes', AFTER]);
  for (const at of course.cuts.filter((cut) => cut >= from && cut <= to))
    parts.push(drawLine(x(at), TOP, x(at), bottom, light.mark, 'stroke-dasharray="2 3" stroke-width="1.2"'));
  if (course.cuts.length > 0) entries.push(['a new process', light.mark, '2 3', 1.2]);
  parts.push(path(thin(within(course.used.get(node))), x, y, light.used, 1.8));
  entries.unshift([`${resource === 'rss' ? 'RSS' : 'heap'} of ${node}`, light.used]);
  parts.push(drawLine(LEFT, y(course.limit), RIGHT, y(course.limit), light.danger, 'stroke-width="2"'));
  entries.push([resource === 'rss' ? 'memory limit' : 'heap limit', light.danger]);
  if (course.ends.length > 0) {
    const ends = within(course.ends);
    const edge = [
      ...ends.map(([time, end, spread]) => [time, Math.min(course.limit, end + spread)]),
      ...ends.map(([time, end, spread]) => [time, end - spread]).reverse(),
    ];
    parts.push(
      `<polygon points="${edge.map(([time, bytes]) => `${px(x(time))},${px(y(bytes))}`).join(' ')}" fill="${light.danger}" fill-opacity="0.18"/>`,
    );
    parts.push(path(ends, x, y, light.danger, 1.6, 'stroke-dasharray="6 4"'));
    entries.push(['where it is believed to end, with its doubt', light.danger, '6 4', 1.6]);
  }
  for (const share of [0, 0.35, 0.5, 1]) {
    parts.push(
      drawLine(
        LEFT,
        p(share),
        RIGHT,
        p(share),
        share === 0.5 || share === 0.35 ? light.axis : light.grid,
        share === 0 || share === 1 ? '' : 'stroke-dasharray="3 3"',
      ),
    );
    parts.push(
      drawText(
        percent(share),
        { x: LEFT - 8, y: p(share) + 4, anchor: 'end' },
        { colour: light.quiet, size: 12 },
      ),
    );
  }
  for (const run of known(within(course.others)))
    parts.push(path(run, x, p, light.mark, 1.8, 'stroke-dasharray="5 3"'));
  for (const run of known(within(course.odds))) parts.push(path(run, x, p, light.fit, 2.2));
  parts.push(...timeAxis(x, from, to, stripBottom));
  parts.push(
    drawText(
      'probability of a breach within 2 h; an alert begins at 50 % (at 35 % where the breach may come within 30 min)',
      { x: LEFT, y: stripTop - 10, anchor: 'start' },
      { colour: light.quiet, size: 12.5 },
    ),
  );
  entries.push([second ? 'probability as told' : 'probability', light.fit]);
  if (second) entries.push([second, light.mark, '5 3', 1.8]);
  const under = legend(entries, stripBottom + 42);
  const subtitle = `${trace}, ${node}; time in hours of the recording`;
  return document(title, subtitle, [...parts, ...under.parts], under.bottom);
}

mkdirSync(TARGET, { recursive: true });
const wanted = process.argv.slice(2);
for (const [name, picture] of [...Object.entries(PICTURES), ...Object.entries(COURSES)]) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  const svg = name in PICTURES ? await drawMoment(picture) : await drawCourse(picture);
  writeFileSync(join(TARGET, `${name}.svg`), svg);
  console.log(`${name}: ${Math.round(svg.length / 1024)} kB`);
}
