/** `docs/audit-log.md`: the events of the audit log for people. */

interface AuditEventRow {
  readonly meaning: string;
  readonly written: string;
  readonly fields: Readonly<Record<string, string>>;
}

const PREFACE = `# The audit log

The database table \`audit_log\` records who exported which properties, when and from where, and who was given a link or fetched the file.
(The table of events is generated from the code: \`npm run generate\`.)
`;

const NOTES = `- **Address** is the other end of the connection. Headers such as \`X-Forwarded-For\` can be forged and are not trusted: behind a proxy it is the proxy’s address, and the proxy’s own log has the rest (\`X-Request-Id\` is in both).
- **The ids** are not stored a second time. \`property_ids_sha256\` is the SHA-256 of the distinct ids in ascending order, one per line: \`sort -nu ids.txt | sha256sum\` proves whether a list is the one that was exported.
- **Links of the Reonomy dialect** are valid for 10 minutes, and every answer about a job with files carries fresh ones: a client that keeps polling adds an entry each time, and one that lists its jobs adds an entry for each such job in the list. A job without files adds none.
- **Append-only**: a trigger refuses \`UPDATE\`, \`DELETE\` and \`TRUNCATE\`, to the program and to anyone connected as it. The owner of the database can still drop the trigger: ship the log elsewhere if that matters (\`conveyance audit export\`).
- **Retention**: entries are kept for ever, even when a job’s files have been deleted; one takes some 250 bytes, so a million exports take 0.25 GB. To remove old ones after archiving them, the owner of the database disables the trigger \`audit_log_append_only\` for the transaction that deletes.

\`conveyance audit tail\` shows the newest entries, \`conveyance audit export\` prints those of a period, oldest first, as lines of JSON.
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
