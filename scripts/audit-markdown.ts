/** `docs/audit-log.md`: the events of the audit log for people. */

interface AuditEventRow {
  readonly meaning: string;
  readonly written: string;
  readonly fields: Readonly<Record<string, string>>;
}

const PREFACE = `# The audit log

Table \`audit_log\` of the database says who exported which properties, when and from where, and who was handed or fetched the file.
(The table of events is generated from the code: \`npm run generate\`.)
`;

const NOTES = `- **Address** is the other end of the connection. Headers such as \`X-Forwarded-For\` are what anybody may claim and are not believed: behind a proxy it is the proxy’s address, and the proxy’s own log has the rest (\`X-Request-Id\` is in both).
- **The ids** are not kept a second time. \`property_ids_sha256\` is the SHA-256 of the distinct ids in ascending order, one on each line: \`sort -nu ids.txt | sha256sum\` proves whether a list is the one that was exported.
- **Links of the Reonomy dialect** are valid for 10 minutes, and every answer about a job whose files are there carries fresh ones: a client that goes on polling leaves an entry each time, and one that lists its jobs an entry for each such job in the list. A job without files leaves none.
- **Append-only**: a trigger refuses \`UPDATE\`, \`DELETE\` and \`TRUNCATE\`, to the program and to whoever is connected as it. Whoever owns the database can still drop the trigger: ship the log elsewhere if that matters (\`conveyance audit export\`).
- **Retention**: entries are kept for ever, also of jobs whose files were deleted; one takes some 250 bytes, so that a million exports are 0.25 GB. To remove old ones after archiving them, the owner of the database disables the trigger \`audit_log_append_only\` for the transaction that deletes.

\`conveyance audit tail\` shows the newest entries, \`conveyance audit export\` prints all of a period as lines of JSON.
`;

/** @param names what the fields are called on the page. */
export function auditMarkdown(
  events: Readonly<Record<string, AuditEventRow>>,
  names: Readonly<Record<string, string>>,
): string {
  const rows = Object.entries(events).map(([event, { meaning, written, fields }]) => {
    const said = Object.entries(fields).map(([field, when]) => {
      const name = names[field] ?? field;
      return when === '' ? name : `${name} (${when})`;
    });
    return `| \`${event}\` | ${meaning} | ${written} | ${said.join(', ')} |`;
  });
  const table = ['| event | means | written | says |', '|---|---|---|---|', ...rows];
  return [PREFACE, `${table.join('\n')}\n`, NOTES].join('\n');
}
