/** `docs/audit-log.md`: the events of the audit log for people. */

interface AuditEventRow {
  readonly meaning: string;
  readonly written: string;
  readonly isHourly?: boolean;
  readonly fields: Readonly<Record<string, string>>;
}

const PREFACE = `# The audit log

The database table \`audit_log\` records who exported which properties, when and from where, who was given a link or fetched the file, who
searched, and what was changed of an account and its credentials.
(The table of events is generated from the code: \`npm run generate\`.)
`;

const NOTES = `- **Address** is the other end of the connection, or whom one of your own proxies (\`CONVEYANCE_TRUSTED_PROXIES\`) says it was asked by. Headers such as \`X-Forwarded-For\` can be forged and are not believed of anyone else: behind a proxy that is not named it is the proxy’s address, and the proxy’s own log has the rest (\`X-Request-Id\` is in both).
- **The ids** are not stored a second time. \`property_ids_sha256\` is the SHA-256 of the distinct ids in ascending order, one per line: \`sort -nu ids.txt | sha256sum\` proves whether a list is the one that was exported.
- **The conditions** of a search are not stored either. \`subject\` is the SHA-256 of the JSON of how the properties were asked for and of the conditions; a further page of the same search is the same search.
- **Hourly** entries: of those that say the same (event, account, credential, job, subject, and the same IPv4 address or /64 of IPv6), the first of each hour is kept. Beyond 1,000 different ones in an hour, of a credential or of a job’s links, one last entry without address and subject stands for the rest.
- **An operator**, at the command line, is the credential \`operator\`; who that was, the machine’s own log has.
- **Links of the Reonomy dialect** are valid for 10 minutes, and every answer about a job with files carries fresh ones: of a client that keeps polling, the first answer of each hour adds an entry for each such job in it. A job without files adds none.
- **Append-only**: a trigger refuses \`UPDATE\`, \`DELETE\` and \`TRUNCATE\`, to the program and to anyone connected as it, but for what has outlived its retention. The role that owns the tables, which is the program’s, can still drop the trigger: ship the log elsewhere if that matters (\`conveyance audit export\`).
- **Retention**: entries outlive the files and the jobs that they tell of. They are deleted after \`CONVEYANCE_AUDIT_RETENTION_DAYS\` (three years; 0 keeps them for ever), never within 30 days: the trigger holds to that too. One takes some 300 bytes. Archive them before with \`conveyance audit export\`.

\`conveyance audit tail\` shows the newest entries, \`conveyance audit export\` prints those of a period, oldest first, as lines of JSON.
`;

/** @param names what the fields are called on the page. */
export function auditMarkdown(
  events: Readonly<Record<string, AuditEventRow>>,
  names: Readonly<Record<string, string>>,
): string {
  const rows = Object.entries(events).map(([event, { meaning, written, fields, isHourly = false }]) => {
    const said = Object.entries(fields).map(([field, ifNotAlways]) => {
      const name = names[field] ?? field;
      return ifNotAlways === '' ? name : `${name} (${ifNotAlways})`;
    });
    const when = isHourly ? `${written}; hourly` : written;
    return `| \`${event}\` | ${meaning} | ${when} | ${said.join(', ')} |`;
  });
  const table = ['| event | means | written | says |', '|---|---|---|---|', ...rows];
  return [PREFACE, `${table.join('\n')}\n`, NOTES].join('\n');
}
