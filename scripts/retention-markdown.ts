/** `docs/retention.md`: how long everything is kept, for people. */
import type { Retention } from '../server/dist/jobs/retention-table.js';

const PREFACE = `# How long data is kept

Every table of the database and every kind of stored object, with what ends it. Whatever is deleted by its age is deleted by any worker,
every five minutes, in small portions. (Generated from the code: \`npm run generate\`.)
`;

const NOTES = `- **A job** can be read until it is deleted; then its id is unknown (404), its property ids are gone, and so are the log of its webhook and the
  run of the schedule that made it. The audit log still names it.
- **Usage** is not changed by that: what a month cost is in tables of its own.
- **While a backup runs** no object that it copies is deleted, and no data version: the sweep after it does that.
- **Backups and replicas** keep what they have: their retention is yours (\`backup --keep\`).
`;

function words(retention: Retention): string {
  switch (retention.kept) {
    case 'always':
      return `always: ${retention.because}`;
    case 'with':
      return `as long as its row in \`${retention.table}\``;
    case 'until':
      return retention.end;
    case 'while':
      return `while ${retention.span}`;
  }
}

function table(title: string, rows: Readonly<Record<string, Retention>>): string {
  const lines = Object.entries(rows).map(([name, retention]) => {
    const chore = retention.kept === 'until' ? `\`${retention.chore}\`` : '';
    return `| \`${name}\` | ${words(retention)} | ${chore} |`;
  });
  return `| ${title} | kept | deleted by |\n|---|---|---|\n${lines.join('\n')}\n`;
}

export function retentionMarkdown(
  tables: Readonly<Record<string, Retention>>,
  objects: Readonly<Record<string, Retention>>,
): string {
  return [PREFACE, table('table', tables), table('objects', objects), NOTES].join('\n');
}
