/** `docs/metrics.md`: the table of metrics for people. */

const TYPES = { counter: 'Counter', gauge: 'Gauge', histogram: 'Histogram' } as const;

interface Metric {
  readonly name: string;
  readonly type: keyof typeof TYPES;
  readonly help: string;
  readonly labels: Readonly<Record<string, readonly string[] | string>>;
}

const PREFACE = `# Metrics

What \`/metrics\` answers, in Prometheus' text format, if \`CONVEYANCE_METRICS_PORT\` is set. How to use it, and which alerts are worth
setting, is in [monitoring.md](monitoring.md).

No label names an account, a job, or anything else that a customer supplies: every label has the values listed here, so the number of
series is bounded. Metrics read from the database (queue, webhooks, data version) are the same in every process: take \`max\`, not
\`sum\`. All others describe the one process that answers. The library's usual metrics of the process itself are there too,
\`process_*\` and \`nodejs_*\`: processor, memory, open files, event loop lag, garbage collection.
(Generated from the table of metrics: \`npm run generate\`.)
`;

function labelLines(labels: Metric['labels']): string {
  return Object.entries(labels)
    .map(([label, values]) => {
      const listed = typeof values === 'string' ? values : values.map((value) => `\`${value}\``).join(', ');
      return `- \`${label}\`: ${listed}\n`;
    })
    .join('');
}

export function metricsMarkdown(metrics: readonly Metric[]): string {
  const sections = metrics.map(({ name, type, help, labels }) => {
    const lines = labelLines(labels);
    return `## \`${name}\`\n\n${TYPES[type]}. ${help}\n${lines === '' ? '' : `\n${lines}`}`;
  });
  return [PREFACE, ...sections].join('\n');
}
