/** `docs/retention.md`: how long everything is kept, for people. */
import type { Place } from '../server/dist/jobs/erasure/places.js';
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

const ERASURE = `## When a person is erased

\`conveyance warehouse erase-person\` ends the keeping of what identifies a person, at once and in each of these places
([how it is done](operate.md#a-person-asks-to-be-forgotten)):
`;

function erasure(places: readonly Place[], notOurs: readonly string[]): string {
  const rows = places.map(({ holds, fate }) => `| ${holds} | ${fate} |`);
  const left = notOurs.map((words) => `- ${words}`);
  return `${ERASURE}
| where | what becomes of it |
|---|---|
${rows.join('\n')}

Not the server’s, and therefore left to its operator, whom the command reminds of it:

${left.join('\n')}
`;
}

export function retentionMarkdown(
  tables: Readonly<Record<string, Retention>>,
  objects: Readonly<Record<string, Retention>>,
  { places, notOurs }: { readonly places: readonly Place[]; readonly notOurs: readonly string[] },
): string {
  return [PREFACE, table('table', tables), table('objects', objects), NOTES, erasure(places, notOurs)].join('\n');
}
