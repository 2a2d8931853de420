/** `docs/configuration.md`: the table of settings for people. */

interface Setting {
  readonly variable: string;
  readonly formerly?: string;
  readonly defaultText: string;
  readonly description: string;
}

function meaning({ description, formerly }: Setting): string {
  return formerly === undefined
    ? description
    : `${description} Formerly \`${formerly}\`, which still works, with a warning, until the next release.`;
}

export function configurationMarkdown(settings: readonly Setting[]): string {
  const rows = settings.map((row) => `| \`${row.variable}\` | ${row.defaultText} | ${meaning(row)} |`);
  return `# Configuration

Every setting of the server is an environment variable. The server does not start with a bad value, and names it; an empty one
counts as unset. \`conveyance doctor\` shows the values in force. (Generated from the table of settings: \`npm run generate\`.)

| variable | default | meaning |
|---|---|---|
${rows.join('\n')}

Customers' commands and the SDK's examples read \`CONVEYANCE_URL\` and \`CONVEYANCE_TOKEN\`, or
\`CONVEYANCE_ACCESS_KEY\` with \`CONVEYANCE_SECRET\`.

Where traces are sent, OpenTelemetry's own libraries read the other standard variables that begin with \`OTEL_\` themselves: headers,
compression and certificates of the collector (\`OTEL_EXPORTER_OTLP_…\`), the sampler (\`OTEL_TRACES_SAMPLER\`), batches
(\`OTEL_BSP_…\`), \`OTEL_SERVICE_NAME\` and \`OTEL_RESOURCE_ATTRIBUTES\`.
`;
}
