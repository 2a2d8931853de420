/** `docs/errors.md`: the error catalogue for people. */

interface CatalogueEntry {
  readonly status: number | null;
  readonly error: string;
  readonly meaning: string;
  readonly remedy: string;
}

const PREFACE = `# Errors

Every error that Conveyance answers with, by its code. A job that failed carries the code as \`error_code\`; the command line
prints it with the message. Codes without a status are never the answer to a request: only a job or a command ends with them.
`;

export function errorsMarkdown(catalogue: Readonly<Record<string, CatalogueEntry>>): string {
  const sections = Object.entries(catalogue).map(([code, { status, error, meaning, remedy }]) => {
    const answer = status === null ? error : `HTTP ${status}, “${error}”`;
    return `## \`${code}\`\n\n${answer}\n\n${meaning}\n\n**What to do:** ${remedy}\n`;
  });
  return [PREFACE, ...sections].join('\n');
}
