/** `docs/errors.md`: the error catalogue for people. */

interface CatalogueEntry {
  readonly status: number | null;
  readonly meaning: string;
  readonly remedy: string;
}

const PREFACE = `# Errors

Every error of Conveyance, by its code. A failed job carries the code as \`error_code\`; the command line prints it with the
message. Codes without a status are never the answer to a request: only a job or a command ends with them.
The [Reonomy dialect](reonomy.md) has its own names, which follow the status.
`;

type Names = Readonly<Partial<Record<string, string>>>;

/** What each contract calls the errors that it knows. */
interface ErrorNames {
  readonly apartmentiq: Names;
  readonly reonomy: Names;
}

export function errorsMarkdown(catalogue: Readonly<Record<string, CatalogueEntry>>, names: ErrorNames): string {
  const sections = Object.entries(catalogue).map(([code, { status, meaning, remedy }]) => {
    const reonomyName = names.reonomy[code];
    const inReonomy = reonomyName === undefined ? '' : `; in the Reonomy dialect \`${reonomyName}\``;
    const answer = status === null ? '' : `HTTP ${status}, “${names.apartmentiq[code]}”${inReonomy}\n\n`;
    return `## \`${code}\`\n\n${answer}${meaning}\n\n**What to do:** ${remedy}\n`;
  });
  return [PREFACE, ...sections].join('\n');
}
