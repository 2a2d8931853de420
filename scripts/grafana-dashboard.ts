/** Every metric as a panel of a dashboard for Grafana: its table says how each is to be aggregated. */

interface Metric {
  readonly name: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly help: string;
  readonly labels: Readonly<Record<string, readonly string[] | string>>;
  readonly isShared?: boolean;
}

/** The dashboard's rows, by how the names begin: the first that fits. */
const ROWS: readonly (readonly [title: string, ...beginnings: string[]])[] = [
  ['Is it up?', 'database_', 'build_', 'storage_'],
  ['Queue', 'queue_', 'tasks_'],
  ['Requests', 'http_'],
  ['Jobs', 'job_', 'jobs_', 'result_'],
  ['Engine', 'engine_'],
  ['Webhooks', 'webhook_', 'webhooks_'],
  ['Data', 'data_version', 'feeds'],
  ['Cache of warehouse files', 'cache_'],
  ['Upkeep', 'chore_', 'chores_', 'swept_'],
];
const PREFIX = 'conveyance_';
const DATASOURCE = { type: 'prometheus', uid: '$datasource' };
const WIDTH = 8;
const HEIGHT = 8;
const COLUMNS = 24;
/** Of Grafana's form of dashboards; later releases read it. */
const SCHEMA_VERSION = 39;
/** Where a value says that it is no number to add up. */
const PER_PROCESS = /_(?:up|info|timestamp_seconds|free_bytes)$/;

function rowOf({ name }: Metric): string {
  const own = name.slice(PREFIX.length);
  const row = ROWS.find(([, ...beginnings]) => beginnings.some((beginning) => own.startsWith(beginning)));
  if (row === undefined) throw new Error(`${name} belongs to no row of the dashboard`);
  return row[0];
}

function unitOf({ name, type }: Metric): string {
  if (name.endsWith('_timestamp_seconds')) return 'dateTimeFromNow';
  if (/bytes/.test(name)) return type === 'counter' ? 'Bps' : 'bytes';
  if (/seconds/.test(name)) return 's';
  return type === 'counter' ? 'ops' : 'short';
}

function by(labels: readonly string[]): string {
  return labels.length === 0 ? '' : ` by (${labels.join(', ')})`;
}

function legend(labels: readonly string[]): string {
  return labels.map((label) => `{{${label}}}`).join(' ');
}

function targetsOf({ name, type, labels, isShared = false }: Metric) {
  const names = Object.keys(labels);
  if (type === 'counter')
    return [{ expr: `sum(rate(${name}[$__rate_interval]))${by(names)}`, legendFormat: legend(names) }];
  if (type === 'histogram') {
    return [0.5, 0.99].map((quantile) => ({
      expr: `histogram_quantile(${quantile}, sum(rate(${name}_bucket[$__rate_interval])) by (le))`,
      legendFormat: `p${quantile * 100}`,
    }));
  }
  if (isShared) return [{ expr: `max(${name})${by(names)}`, legendFormat: legend(names) }];
  // Unix time in Grafana is milliseconds.
  const value = name.endsWith('_timestamp_seconds') ? `${name} * 1000` : name;
  return PER_PROCESS.test(name)
    ? [{ expr: value, legendFormat: legend(['instance', ...names]) }]
    : [{ expr: `sum(${name})${by(names)}`, legendFormat: legend(names) }];
}

function titleOf({ name }: Metric): string {
  const words = name
    .slice(PREFIX.length)
    .replace(/_total$|_seconds$/, '')
    .replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

export function grafanaDashboard(metrics: readonly Metric[]): string {
  let id = 0;
  let y = 0;
  const panels = ROWS.flatMap(([title]) => {
    const own = metrics.filter((metric) => rowOf(metric) === title);
    const top = y + 1;
    const row = { id: ++id, type: 'row', title, collapsed: false, gridPos: { x: 0, y, w: COLUMNS, h: 1 }, panels: [] };
    y = top + Math.ceil(own.length / (COLUMNS / WIDTH)) * HEIGHT;
    return [
      row,
      ...own.map((metric, index) => ({
        id: ++id,
        type: 'timeseries',
        title: titleOf(metric),
        description: metric.help,
        datasource: DATASOURCE,
        gridPos: {
          x: (index * WIDTH) % COLUMNS,
          y: top + Math.floor((index * WIDTH) / COLUMNS) * HEIGHT,
          w: WIDTH,
          h: HEIGHT,
        },
        fieldConfig: { defaults: { unit: unitOf(metric), min: 0 }, overrides: [] },
        targets: targetsOf(metric).map((target, number) => ({
          refId: 'AB'.charAt(number),
          datasource: DATASOURCE,
          ...target,
        })),
      })),
    ];
  });
  const datasource = { name: 'datasource', label: 'Data source', type: 'datasource', query: 'prometheus' };
  const dashboard = {
    uid: 'conveyance',
    title: 'Conveyance',
    tags: ['conveyance'],
    schemaVersion: SCHEMA_VERSION,
    editable: true,
    refresh: '30s',
    time: { from: 'now-6h', to: 'now' },
    templating: { list: [datasource] },
    panels,
  };
  return `${JSON.stringify(dashboard, null, 2)}\n`;
}
