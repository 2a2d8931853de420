/** The dictionary of detail types and searches, for people. */
import { isScalar, typeName } from '../../core/column-types.ts';
import { DETAIL_TYPES } from '../../core/details.ts';
import { BASIC } from './basic.ts';
import { RECORD_DETAILS } from './catalogue.ts';
import { type DetailColumn, type DetailNode, isList } from './detail.ts';
import type { SearchSetting, SettingKind } from './search-settings.ts';

const PREFACE = `# Detail types and searches

What can be requested about a property besides its [reports](dictionary.md), in the Reonomy dialect. The types are those of the data dictionary.
An answer is one JSON object per property. \`id\` is in every one; \`basic\` is at its top level, every other type is a node of its own,
and \`ownership\` has a second one, \`contacts\`. A missing value is \`null\`; a list without records is \`[]\`.

*PII* says how closely a value identifies a person: \`none\`, \`indirect\` (together with other data) or \`direct\` (by itself).
\`filter_pii: true\` leaves out what is \`direct\`: unless the dictionary says otherwise, the name is not in the answer either. If a
value belongs to a person in some records only, it is \`null\` there, or the item is not in the list. What is said
about a list’s items applies to their parts. When in doubt, a value counts as a person's.

A name is recognizably an organization’s if it has a legal form, a line of business or a public body in it (\`LLC\`, \`Savings Bank\`, \`City of\`), and
nothing that is said of people (\`Family Trust\`, \`et al\`, \`dba\`). The address and the position of the property itself stay, also where its owner lives there.

\`updated\` asks for the properties that were updated on a day or later: for \`basic\` the latest of ${BASIC.updateColumns.map(code).join(', ')}
counts, for every other type the latest \`update_time\` of its records, including those that are not shown. Where the source of the data does
not tell such a day, it is that of the load that last changed the row; a row that is loaded again unchanged keeps its day.
`;

const SEARCH_PREFACE = `## Searches

\`settings\` is an object of the settings below. A property must meet all of them; of a list, one value is enough. Text is compared without
regard to case. \`min\` and \`max\` of a range are both inclusive, and one of them is enough. A property whose value is not known is not
found. The answer is \`id\` and the seven days of updates of every property found.

Searches are free. For properties that your account has not paid for this month, ranges *in steps* are therefore widened to whole ones: amounts
to two significant digits (437,912 is between 430,000 and 440,000; below 100, whole units), days to calendar months. A search never finds less
than what it asks for; it may find more, and [says so](reonomy.md#steps). *Exact* ranges are of values that searches or look-ups show anyway.

| setting | value | compared | meaning |
|---|---|---|---|
`;

const VALUES: Readonly<Record<SettingKind, string>> = {
  texts: '`["…", …]`',
  numbers: '`{"min": 1, "max": 2}`',
  days: '`{"min": "YYYY-MM-DD", "max": "YYYY-MM-DD"}`',
  flag: '`true` or `false`',
};

function code(text: string): string {
  return `\`${text}\``;
}

function tableRow(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

/** Parts have their own rows, so the whole only shows what it is made of. */
function typeWord({ type, fields }: DetailColumn): string {
  if (fields === undefined) return typeName(type);
  return !isScalar(type) && 'list' in type ? 'list<struct>' : 'struct';
}

function piiWords({ pii, personalWhere }: DetailColumn): string {
  return personalWhere === undefined ? pii : `${pii}, ${personalWhere.words}`;
}

function columnRows(columns: readonly DetailColumn[], path: string): readonly string[] {
  return columns
    .filter(({ isShown }) => isShown)
    .flatMap((column) => {
      const name = `${path}${column.name}`;
      const cells = [
        code(name),
        code(typeWord(column)),
        column.unit === null ? '' : code(column.unit),
        (column.oneOf ?? []).map(code).join(', '),
        column.nullable ? 'null' : '',
        piiWords(column),
        column.description,
        column.since,
      ];
      return [tableRow(cells), ...columnRows(column.fields ?? [], `${name}${isList(column) ? '[]' : ''}.`)];
    });
}

function columnTable(columns: readonly DetailColumn[]): string {
  return `| column | type | unit | values | null | PII | meaning | since |
|---|---|---|---|---|---|---|---|
${columnRows(columns, '').join('\n')}
`;
}

function nodeSection({ name, grain, shape, table, columns }: DetailNode): string {
  const what = shape === 'list' ? 'a list' : 'one object';
  return `Node \`${name}\`: ${what}, from table \`${table}\`. ${grain}

${columnTable(columns)}`;
}

function typeSection(type: (typeof DETAIL_TYPES)[number]): string {
  if (type === 'basic') return `## \`basic\`: ${BASIC.title}\n\n${BASIC.description}\n\n${columnTable(BASIC.columns)}`;
  const { title, description, nodes } = RECORD_DETAILS[type];
  return `## \`${type}\`: ${title}\n\n${description}\n\n${nodes.map(nodeSection).join('\n')}`;
}

function comparedAs({ kind, precision }: SearchSetting): string {
  if (precision === 'exact') return 'exact';
  return kind === 'days' ? 'in months' : 'in steps';
}

/** `docs/detail-types.md`. */
export function detailTypesMarkdown(settings: readonly SearchSetting[]): string {
  const rows = settings.map((setting) =>
    tableRow([code(setting.name), VALUES[setting.kind], comparedAs(setting), setting.description]),
  );
  return [PREFACE, ...DETAIL_TYPES.map(typeSection), `${SEARCH_PREFACE}${rows.join('\n')}\n`].join('\n');
}
