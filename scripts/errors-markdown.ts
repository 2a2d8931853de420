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
The Reonomy dialect (docs/reonomy.md) has names of its own, which stand behind the others.
`;

/** @param batchNames what the Reonomy dialect calls the errors that it knows. */
export function errorsMarkdown(
  catalogue: Readonly<Record<string, CatalogueEntry>>,
  batchNames: Readonly<Record<string, string>>,
): string {
  const sections = Object.entries(catalogue).map(([code, { status, error, meaning, remedy }]) => {
    const batchName = batchNames[code];
    const inBatch = batchName === undefined ? '' : `; in the Reonomy dialect \`${batchName}\``;
    const answer = status === null ? error : `HTTP ${status}, “${error}”${inBatch}`;
    return `## \`${code}\`\n\n${answer}\n\n${meaning}\n\n**What to do:** ${remedy}\n`;
  });
  return [PREFACE, ...sections].join('\n');
}
