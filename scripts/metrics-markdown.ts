/** `docs/metrics.md`: the table of metrics for people. */

const TYPES = { counter: 'Counter', gauge: 'Gauge', histogram: 'Histogram' } as const;

interface Metric {
  readonly name: string;
  readonly type: keyof typeof TYPES;
  readonly help: string;
  readonly labels: Readonly<Record<string, readonly string[] | string>>;
}

const PREFACE = `# Metrics

What \`/metrics\` answers when \`CONVEYANCE_METRICS_PORT\` is set, in Prometheus' text format. How to read it at night, and which
alerts are worth setting, is in [monitoring.md](monitoring.md).

No label holds an account, a job, or anything else that a customer brings along: every label has the values listed here, so the number
of series is bounded. What is read from the database (queue, webhooks, data version) is the same in every process: take \`max\`, not
\`sum\`. Everything else is of the one process that answers. Beside these come the library's usual figures of the process itself,
\`process_*\` and \`nodejs_*\`: processor, memory, open files, the event loop's lag, garbage collection.
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
