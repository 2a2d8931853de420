/** `docs/configuration.md`: the table of settings for people. */

interface Setting {
  readonly variable: string;
  readonly defaultText: string;
  readonly description: string;
}

export function configurationMarkdown(settings: readonly Setting[]): string {
  const rows = settings.map(
    ({ variable, defaultText, description }) => `| \`${variable}\` | ${defaultText} | ${description} |`,
  );
  return `# Configuration

Every setting of the server is an environment variable. A bad value stops the start with a message that names it; an empty one
counts as unset. \`conveyance doctor\` shows what is in force. (Generated from the table of settings: \`npm run generate\`.)

| variable | default | meaning |
|---|---|---|
${rows.join('\n')}

The command line's customer commands and the SDK's examples read \`CONVEYANCE_URL\` and \`CONVEYANCE_TOKEN\`, or
\`CONVEYANCE_ACCESS_KEY\` with \`CONVEYANCE_SECRET\`.

Where traces are sent, OpenTelemetry's own libraries read the other standard variables that begin with \`OTEL_\` themselves: headers,
compression and certificates of the collector (\`OTEL_EXPORTER_OTLP_…\`), the sampler (\`OTEL_TRACES_SAMPLER\`), batches
(\`OTEL_BSP_…\`), \`OTEL_SERVICE_NAME\` and \`OTEL_RESOURCE_ATTRIBUTES\`.
`;
}
