// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of Grafana stand in queries
// Writes dashboards/headroom-fleet-*.json: one description of the panels, two ways of asking for what they show. Run it after a
// change (`node scripts/dashboards.mjs`); a test compares the files with what it would write.
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const PROMETHEUS = { type: 'prometheus', uid: '${datasource}' };
const INFLUXDB = { type: 'influxdb', uid: '${datasource}' };

/** Regular expressions of a label of Prometheus; pools without a name are in "All". */
const POOL = 'pool=~"$pool"';
const NODE = `${POOL},node=~"$node"`;

/** Flux: points of a measurement between two times, of the pools and nodes that were chosen. Tags may be absent. */
function flux(measurement, { from = 'v.timeRangeStart', to = 'v.timeRangeStop', fields } = {}) {
  const wanted = fields ? ` and (${fields.map((field) => `r._field == "${field}"`).join(' or ')})` : '';
  return [
    'from(bucket: "${bucket}")',
    `|> range(start: ${from}, stop: ${to})`,
    `|> filter(fn: (r) => r._measurement == "${measurement}"${wanted})`,
    '|> filter(fn: (r) => (if exists r.pool then r.pool else "") =~ /^${pool:regex}$/ and r.node =~ /^${node:regex}$/)',
  ].join('\n  ');
}

const piped = (first, ...steps) => [first, ...steps.map((step) => `|> ${step}`)].join('\n  ');

/** Legends: the node and the field, without the other tags. */
const BY_NODE = 'group(columns: ["node", "_field"])';
/** A point as a row: what was said at one time together. */
const ROWS = 'pivot(rowKey: ["_time"], columnKey: ["_field"], valueColumn: "_value")';
const PER_LIMIT = 'group(columns: ["pool", "node", "limit"])';
/** Forecasts that matter are kept once in a sixtieth of their horizon; one that was not said again is of the past. */
const standing = (saidAt) =>
  `filter(fn: (r) => float(v: uint(v: now())) / 1000000000.0 - ${saidAt} <= r.horizon_s / 30.0 + 300.0)`;
const NEWEST = ['sort(columns: ["_time"])', 'last(column: "_time")', 'group()'];

/** By the median, the nearest breach first. */
const FLEET_TABLE = {
  title: 'Fleet by time to breach',
  type: 'table',
  size: [24, 8],
  description:
    'Limits that are expected to be reached, the nearest first. Empty when nothing is to be feared.',
  prometheus: {
    instant: true,
    queries: {
      p50: `sort(sum by (pool, node, limit) (headroom_node_breach_seconds{${POOL},quantile="0.5"}))`,
      p10: `sum by (pool, node, limit) (headroom_node_breach_seconds{${POOL},quantile="0.1"})`,
      p90: `sum by (pool, node, limit) (headroom_node_breach_seconds{${POOL},quantile="0.9"})`,
      probability: `sum by (pool, node, limit) (headroom_node_breach_probability{${POOL}}) and on (node, limit) headroom_node_breach_seconds`,
      use: `sum by (pool, node, limit) (headroom_node_used_bytes{${POOL}} / headroom_node_limit_bytes{${POOL}}) and on (node, limit) headroom_node_breach_seconds`,
      growth: `sum by (pool, node, limit) (headroom_node_growth_bytes_per_second{${POOL}}) * 3600 and on (node, limit) headroom_node_breach_seconds`,
    },
    columns: (key) => `Value #${key}`,
  },
  // Fields of one forecast have one time; those that it left out have the time of an older one, and make a row of their own.
  influxdb: {
    queries: {
      rows: piped(
        flux('headroom_forecast', { from: '-1d', to: 'now()' }),
        'last()',
        ROWS,
        PER_LIMIT,
        ...NEWEST,
        'filter(fn: (r) => exists r.breach_p50_s and exists r.horizon_s)',
        standing('float(v: uint(v: r._time)) / 1000000000.0'),
        'map(fn: (r) => ({pool: r.pool, node: r.node, limit: r.limit, p50: r.breach_p50_s, p10: r.breach_p10_s, p90: r.breach_p90_s, probability: r.probability, use: r.now_bytes / r.limit_bytes, growth: r.per_hour_bytes}))',
        'sort(columns: ["p50"])',
      ),
    },
    columns: (key) => key,
  },
  columns: {
    p50: ['most likely in', 's'],
    p10: ['at the earliest (p10)', 's'],
    p90: ['at the latest (p90)', 's'],
    probability: ['within the horizon', 'percentunit'],
    use: ['of its limit', 'percentunit'],
    growth: ['an hour', 'bytes'],
  },
};

const PANELS = [
  FLEET_TABLE,
  {
    title: 'Memory of the node against its limit, and the forecast',
    type: 'timeseries',
    size: [24, 10],
    unit: 'bytes',
    description:
      'Use and limit. From InfluxDB also what is to come: the median and the cone from p10 to p90; choose a range that ends in the future. From Prometheus: where the present growth leads within an hour.',
    prometheus: {
      queries: {
        used: [`headroom_node_used_bytes{${NODE}}`, '{{node}} {{limit}}: used'],
        limit: [`headroom_node_limit_bytes{${NODE}}`, '{{node}} {{limit}}: limit'],
        ahead: [
          `headroom_node_used_bytes{${NODE}} + on (node, limit) clamp_min(headroom_node_growth_bytes_per_second{${NODE}}, 0) * 3600`,
          '{{node}} {{limit}}: in an hour, as it grows',
        ],
      },
    },
    influxdb: {
      queries: {
        used: piped(
          flux('headroom', { fields: ['rss', 'memory_limit', 'heap_used', 'heap_limit'] }),
          BY_NODE,
          'aggregateWindow(every: v.windowPeriod, fn: max, createEmpty: false)',
        ),
        cone: piped(
          flux('headroom_cone', { from: 'now()', to: '3d' }),
          ROWS,
          // Later forecasts replace points of earlier ones; what was not replaced is of a forecast that is no more.
          standing('r.said_s'),
          'map(fn: (r) => ({_time: r._time, node: r.node, limit: r.limit, "p10 of the forecast": r.low_bytes, "median of the forecast": r.middle_bytes, "p90 of the forecast": r.high_bytes}))',
          'group(columns: ["node", "limit"])',
        ),
      },
    },
    overrides: [
      lineOverride('/limit/', { lineStyle: { fill: 'dash', dash: [8, 4] }, fillOpacity: 0 }),
      lineOverride('/p10 of|p90 of|in an hour/', {
        lineStyle: { fill: 'dot', dash: [2, 4] },
        fillOpacity: 0,
      }),
    ],
  },
  {
    title: 'Time to breach: p10, median, p90',
    type: 'timeseries',
    size: [12, 8],
    unit: 's',
    description: 'How the forecast has moved. It falls by a second a second where it was right.',
    prometheus: {
      queries: { ahead: [`headroom_node_breach_seconds{${NODE}}`, '{{node}} {{limit}} {{quantile}}'] },
    },
    influxdb: {
      queries: {
        ahead: piped(
          flux('headroom_forecast', { fields: ['breach_p10_s', 'breach_p50_s', 'breach_p90_s'] }),
          'group(columns: ["node", "limit", "_field"])',
        ),
      },
    },
  },
  {
    title: 'Probability of a breach within the horizon',
    type: 'timeseries',
    size: [12, 8],
    unit: 'percentunit',
    prometheus: {
      queries: { probability: [`headroom_node_breach_probability{${NODE}}`, '{{node}} {{limit}}'] },
    },
    influxdb: {
      queries: {
        probability: piped(
          flux('headroom_forecast', { fields: ['probability'] }),
          'group(columns: ["node", "limit", "_field"])',
        ),
      },
    },
  },
  {
    title: 'Share of time paused for collections',
    type: 'timeseries',
    size: [12, 8],
    unit: 'percentunit',
    prometheus: {
      queries: {
        share: [`rate(headroom_node_gc_pause_seconds_total{${NODE}}[$__rate_interval])`, '{{node}}'],
      },
    },
    influxdb: {
      queries: {
        share: piped(
          flux('headroom', { fields: ['gc_pause_total'] }),
          BY_NODE,
          'sort(columns: ["_time"])',
          'derivative(unit: 1s, nonNegative: true)',
          'aggregateWindow(every: v.windowPeriod, fn: mean, createEmpty: false)',
        ),
      },
    },
  },
  {
    title: 'Ready nodes',
    type: 'timeseries',
    size: [12, 8],
    unit: 'short',
    description:
      'From Prometheus also what is expected at the horizon: ready nodes less those that are likely to breach.',
    prometheus: {
      queries: {
        known: [`headroom_pool_nodes{${POOL}}`, '{{pool}}: known'],
        ready: [`headroom_pool_ready_nodes{${POOL}}`, '{{pool}}: ready'],
        expected: [`headroom_pool_expected_ready_nodes{${POOL}}`, '{{pool}}: expected at the horizon'],
      },
    },
    influxdb: {
      queries: {
        ready: piped(
          flux('headroom', { fields: ['ready'] }),
          'aggregateWindow(every: v.windowPeriod, fn: last, createEmpty: false)',
          'group(columns: ["pool", "_time"])',
          'sum()',
          'group(columns: ["pool"])',
          'sort(columns: ["_time"])',
        ),
      },
    },
  },
];

function lineOverride(regex, custom) {
  return {
    matcher: { id: 'byRegexp', options: regex },
    properties: Object.entries(custom).map(([key, value]) => ({ id: `custom.${key}`, value })),
  };
}

/** `variant` is `prometheus` or `influxdb`. */
function panelOf(panel, variant, id, gridPos) {
  const datasource = variant === 'prometheus' ? PROMETHEUS : INFLUXDB;
  const { queries, instant, columns } = panel[variant];
  const targets = Object.entries(queries).map(([refId, query]) => {
    if (variant === 'influxdb') return { refId, datasource, query };
    const [expr, legendFormat] = typeof query === 'string' ? [query] : query;
    if (instant) return { refId, datasource, expr, instant: true, range: false, format: 'table' };
    return { refId, datasource, expr, legendFormat, range: true };
  });
  const isTable = panel.type === 'table';
  return {
    id,
    type: panel.type,
    title: panel.title,
    ...(panel.description ? { description: panel.description } : {}),
    gridPos,
    datasource,
    fieldConfig: {
      defaults: isTable
        ? {}
        : { unit: panel.unit, custom: { lineWidth: 2, showPoints: 'never', spanNulls: false } },
      overrides: isTable ? columnOverrides(panel.columns, columns) : (panel.overrides ?? []),
    },
    options: isTable
      ? { showHeader: true }
      : { legend: { displayMode: 'list', placement: 'bottom' }, tooltip: { mode: 'multi', sort: 'desc' } },
    targets,
    ...(isTable ? { transformations: tableSteps(instant, columns(Object.keys(panel.columns)[0])) } : {}),
  };
}

function columnOverrides(names, columnOf) {
  return Object.entries(names).map(([key, [displayName, unit]]) => ({
    matcher: { id: 'byName', options: columnOf(key) },
    properties: [
      { id: 'displayName', value: displayName },
      { id: 'unit', value: unit },
    ],
  }));
}

function tableSteps(instant, sortBy) {
  const hideTime = { id: 'organize', options: { excludeByName: { Time: true, _time: true } } };
  const sort = { id: 'sortBy', options: { sort: [{ field: sortBy }] } };
  return instant ? [{ id: 'merge', options: {} }, hideTime, sort] : [hideTime];
}

function variablesOf(variant) {
  const all = {
    includeAll: true,
    allValue: '.*',
    multi: true,
    refresh: 2,
    current: { text: 'All', value: '$__all' },
  };
  const source = {
    name: 'datasource',
    label: 'Data source',
    type: 'datasource',
    query: variant === 'prometheus' ? 'prometheus' : 'influxdb',
  };
  if (variant === 'prometheus') {
    const ask = (name, label, query) => ({
      name,
      label,
      type: 'query',
      datasource: PROMETHEUS,
      query: { query, refId: name },
      ...all,
    });
    return [
      source,
      ask('pool', 'Pool', 'label_values(headroom_pool_nodes, pool)'),
      ask('node', 'Node', `label_values(headroom_node_used_bytes{${POOL}}, node)`),
    ];
  }
  const tagValues = (tag) =>
    `import "influxdata/influxdb/schema"\nschema.tagValues(bucket: "\${bucket}", tag: "${tag}", predicate: (r) => r._measurement == "headroom", start: -1d)`;
  const ask = (tag, label) => ({
    name: tag,
    label,
    type: 'query',
    datasource: INFLUXDB,
    query: tagValues(tag),
    ...all,
  });
  const bucket = {
    name: 'bucket',
    label: 'Bucket',
    type: 'textbox',
    query: 'headroom',
    current: { text: 'headroom', value: 'headroom' },
  };
  return [source, bucket, ask('pool', 'Pool'), ask('node', 'Node')];
}

function annotationsOf(variant) {
  const alerts = { name: 'Alerts', enable: true, iconColor: 'red' };
  if (variant === 'prometheus') {
    const expr =
      'sum by (rule, to) (increase(headroom_alert_transitions_total{to=~"firing|resolved"}[1m])) > 0';
    return [
      {
        ...alerts,
        datasource: PROMETHEUS,
        expr,
        step: '60s',
        titleFormat: '{{rule}}',
        textFormat: '{{to}}',
        tagKeys: 'rule',
      },
    ];
  }
  const query = piped(
    flux('headroom_alert'),
    ROWS,
    'group()',
    'map(fn: (r) => ({_time: r._time, title: r.rule + " " + r.state, text: r.node + ": " + r.reason, tags: r.severity}))',
    'sort(columns: ["_time"])',
  );
  return [
    {
      ...alerts,
      datasource: INFLUXDB,
      target: { refId: 'alerts', datasource: INFLUXDB, query },
      mappings: {
        title: { source: 'field', value: 'title' },
        text: { source: 'field', value: 'text' },
        tags: { source: 'field', value: 'tags' },
      },
    },
  ];
}

/** The dashboard of one variant, as Grafana imports it. */
export function dashboardOf(variant) {
  const place = { x: 0, y: 0, row: 0 };
  const panels = PANELS.map((panel, index) => {
    const [w, h] = panel.size;
    if (place.x + w > 24) Object.assign(place, { x: 0, y: place.y + place.row, row: 0 });
    const gridPos = { x: place.x, y: place.y, w, h };
    place.x += w;
    place.row = Math.max(place.row, h);
    return panelOf(panel, variant, index + 1, gridPos);
  });
  const isInflux = variant === 'influxdb';
  return {
    title: `Headroom: nodes and forecasts (${isInflux ? 'InfluxDB' : 'Prometheus'})`,
    uid: `headroom-fleet-${variant}`,
    schemaVersion: 39,
    version: 1,
    editable: true,
    tags: ['headroom'],
    timezone: 'browser',
    refresh: '30s',
    time: { from: 'now-6h', to: isInflux ? 'now+3h' : 'now' },
    links: [
      {
        type: 'dashboards',
        title: 'Headroom',
        tags: ['headroom'],
        asDropdown: true,
        includeVars: true,
        keepTime: true,
      },
    ],
    templating: { list: variablesOf(variant) },
    annotations: { list: annotationsOf(variant) },
    panels,
  };
}

export const VARIANTS = ['prometheus', 'influxdb'];

export const fileOf = (variant) => `dashboards/headroom-fleet-${variant}.json`;

export const textOf = (variant) => `${JSON.stringify(dashboardOf(variant), null, 2)}\n`;

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const variant of VARIANTS) writeFileSync(fileOf(variant), textOf(variant));
}
