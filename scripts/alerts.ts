/** The alerts worth setting, declared once: Prometheus' rules and docs/alerts.md derive from this table. */
import { stringify } from 'yaml';
import { METRICS, type MetricName } from '../server/dist/telemetry/metrics.js';

export interface Alert {
  readonly name: string;
  readonly expression: string;
  /** How long it must hold. */
  readonly lasting: string;
  /** Whether somebody has to get up for it. */
  readonly severity: 'page' | 'ticket';
  readonly meaning: string;
  /** What to look at, and what to do. */
  readonly remedy: string;
}

function name(metric: MetricName): string {
  return METRICS[metric].name;
}

export const ALERTS: readonly Alert[] = [
  {
    name: 'ConveyanceDatabaseDown',
    expression: `min(${name('databaseUp')}) == 0`,
    lasting: '1m',
    severity: 'page',
    meaning: 'Nothing is accepted and nothing runs.',
    remedy:
      'Bring the database back. Accepted jobs are safe and continue by themselves; `conveyance doctor` says what it finds.',
  },
  {
    name: 'ConveyanceNoWorker',
    expression: `max(${name('queueOldestSeconds')}) > 900`,
    lasting: '1m',
    severity: 'page',
    meaning: 'A job has waited for a quarter of an hour.',
    remedy:
      '`conveyance nodes` shows whether a worker is there, and what runs. If all engine children are busy, add workers; if one account waits at its cap, this is expected.',
  },
  {
    name: 'ConveyanceWorkersDie',
    expression: `sum(increase(${name('tasksRescued')}[15m])) > 0`,
    lasting: '0m',
    severity: 'ticket',
    meaning: 'A worker held a job and stopped renewing it: it was killed, or its machine hung.',
    remedy: 'Look for the kernel’s out-of-memory killer. The job gets at most three attempts.',
  },
  {
    name: 'ConveyanceJobsFail',
    expression: `sum(increase(${name('jobFailures')}[15m])) by (code) > 0`,
    lasting: '0m',
    severity: 'ticket',
    meaning: 'Jobs ended as failed.',
    remedy: '[errors.md](errors.md) says what to do about each code; the log has `job-attempt-failed` with the cause.',
  },
  {
    name: 'ConveyanceServerFails',
    expression: `sum(increase(${name('errors')}{code="internal"}[5m])) > 0`,
    lasting: '0m',
    severity: 'page',
    meaning: 'Each is a bug in this program.',
    remedy: 'The log has `request_failed` with the request’s id.',
  },
  {
    name: 'ConveyanceDiskFills',
    expression: `${name('storageFreeBytes')} < 2 * ${name('storageMinimumBytes')}`,
    lasting: '5m',
    severity: 'page',
    meaning: 'Below the minimum new jobs are refused with 503; running ones continue while there is room.',
    remedy:
      'Lower CONVEYANCE_VERSION_LIMIT or CONVEYANCE_RESULT_RETENTION_DAYS and restart: the next sweep, within five minutes, deletes what is beyond. Or add disk.',
  },
  {
    name: 'ConveyanceWebhooksPileUp',
    expression: `max(${name('deliveries')}{state="overdue"}) > 100`,
    lasting: '15m',
    severity: 'ticket',
    meaning: 'They have been due for more than a minute and are not sent.',
    remedy: 'Is a worker running, or do a few receivers hang? A customer sees its own with `conveyance webhooks list`.',
  },
  {
    name: 'ConveyanceDataOld',
    expression: `max(${name('dataVersionAgeSeconds')}) > 172800`,
    lasting: '10m',
    severity: 'ticket',
    meaning: 'The last load is two days old. Choose the limit that your loads promise.',
    remedy: '`conveyance warehouse versions` shows the last loads; load what is due.',
  },
  {
    name: 'ConveyanceFeedLate',
    expression: `max(${name('feeds')}{state="late"}) > 0`,
    lasting: '5m',
    severity: 'ticket',
    meaning:
      'The time of a feed and its grace are over, and it was neither loaded nor given up: no worker does it, or its load takes long.',
    remedy:
      '`conveyance loads list` names it, `conveyance load history` shows whether it is being loaded, and `conveyance nodes list` whether there is a worker.',
  },
  {
    name: 'ConveyanceFeedFailed',
    expression: `max(${name('feeds')}{state="failed"}) > 0`,
    lasting: '0m',
    severity: 'ticket',
    meaning: 'A feed was not loaded at its time, nor in its grace.',
    remedy:
      '`conveyance loads list` names it, `conveyance load history` has the reason, `conveyance load show NUMBER --rejects FILE` the rows that were refused. When its files are right: `conveyance loads run FEED`.',
  },
  {
    name: 'ConveyanceSweepingStopped',
    expression: `time() - max(${name('choreDoneAt')}{chore="sweep"}) > 3600`,
    lasting: '5m',
    severity: 'ticket',
    meaning: 'Results past their retention stay on disk.',
    remedy: 'The log has `upkeep-failed` with the cause. While a backup runs, nothing that it copies is deleted.',
  },
  {
    name: 'ConveyanceClientOverRate',
    expression: `sum(rate(${name('errors')}{code="rate_limited"}[5m])) > 1`,
    lasting: '5m',
    severity: 'ticket',
    meaning: 'A customer’s program is out of control.',
    remedy: 'The log’s `request` lines with status 429 name the account.',
  },
];

/** Text without Markdown: a link's words stay. */
function plain(text: string): string {
  return text.replace(/\[([^\]]+)\]\([^)]+\)/g, 'docs/$1').replaceAll('`', '');
}

export function alertRules(alerts: readonly Alert[]): string {
  const rules = alerts.map(({ name: alert, expression, lasting, severity, meaning, remedy }) => ({
    alert,
    expr: expression,
    for: lasting,
    labels: { severity },
    annotations: { summary: plain(meaning), description: plain(remedy) },
  }));
  return `# Generated from scripts/alerts.ts by \`npm run generate\`. docs/alerts.md says what to do about each.\n${stringify(
    { groups: [{ name: 'conveyance', rules }] },
    { lineWidth: 0 },
  )}`;
}

const PREFACE = `# Alerts

What is worth an alert, and what to do when one comes. [deploy/prometheus/conveyance-rules.yaml](../deploy/prometheus/conveyance-rules.yaml)
has them as rules for Prometheus; limits are yours to change. \`page\`: somebody has to look now; \`ticket\`: on the next working day.
(Generated from the table of alerts: \`npm run generate\`.)
`;

export function alertsMarkdown(alerts: readonly Alert[]): string {
  const sections = alerts.map(
    ({ name: alert, expression, lasting, severity, meaning, remedy }) =>
      `## ${alert}\n\n\`${expression}\`${lasting === '0m' ? '' : ` for ${lasting}`} · ${severity}\n\n${meaning} ${remedy}\n`,
  );
  return [PREFACE, ...sections].join('\n');
}
