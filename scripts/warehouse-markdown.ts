/** `docs/warehouse.md`: the tables that an operator loads, for people. */

interface DescribedColumn {
  readonly name: string;
  readonly unit: string | null;
  readonly nullable: boolean;
  readonly description: string;
  readonly min?: number;
  readonly max?: number;
  readonly oneOf?: readonly string[];
  readonly fields?: readonly DescribedColumn[];
  readonly computed?: string;
}

interface DescribedTable<Column extends DescribedColumn> {
  readonly name: string;
  readonly description: string;
  readonly key: readonly string[];
  readonly columns: readonly Column[];
}

const PREFACE = `# Warehouse tables

What \`conveyance load\` takes: CSV, JSONL or Parquet files with the columns listed here, in any order. A file's table is its base name
(\`unit_days.csv\`) or the one that \`--table\` names. [loading.md](loading.md) says how a file may be written. Columns that a file leaves out keep the value that the row has; unknown columns are reported and
ignored. A row with a value outside the listed ones is rejected. A row replaces the stored row with the same key.

Every table also takes \`source_id\`, your own key of the property, in place of \`property_id\` or beside it: a row without
\`property_id\` belongs to the property whose \`source_id\` it has. Only \`properties\` gives a new key its number, so the keys of other
tables must be there already or come in the same load. *never* empty therefore means, of \`property_id\`: or found by \`source_id\`.

Every table also takes \`_deleted\`: a row in which it is true takes the stored row with its key away ([loading.md](loading.md#rows-that-go)).

The types are those of the [data dictionary](dictionary.md), which also says what the reports show; what the Reonomy dialect shows is in
[detail types and searches](detail-types.md). A value with parts is native in JSONL and Parquet and JSON text in CSV. Each part is
checked like a column; parts may be missing, unknown parts are refused. Computed columns are filled by the load, never from a file.
`;

export function warehouseMarkdown<Column extends DescribedColumn>(
  tables: readonly DescribedTable<Column>[],
  typeName: (column: Column) => string,
): string {
  const sections = tables.map(({ name, description, key, columns }) => {
    const rows = columns.map((column) => {
      const { unit, nullable } = column;
      const cells = [code(column.name), code(typeName(column)), unit === null ? '' : code(unit), values(column)];
      return `| ${[...cells, nullable ? 'may be' : 'never', column.description].join(' | ')} |`;
    });
    return `## \`${name}\`

${description} Key: ${key.map(code).join(', ')}.

| column | type | unit | values | empty | meaning |
|---|---|---|---|---|---|
${rows.join('\n')}
`;
  });
  return [PREFACE, ...sections].join('\n');
}

function code(text: string): string {
  return `\`${text}\``;
}

/** For the parts of a value too, each by its name. */
function values({ min, max, oneOf, fields, computed }: DescribedColumn): string {
  if (computed !== undefined) return 'computed';
  if (fields !== undefined) {
    const parts = fields
      .map((field) => ({ name: field.name, words: values(field) }))
      .filter(({ words }) => words !== '');
    return parts.map(({ name, words }) => `${code(name)}: ${words}`).join('; ');
  }
  if (oneOf) return oneOf.map(code).join(', ');
  if (min !== undefined && max !== undefined) return `${min} to ${max}`;
  if (min !== undefined) return `at least ${min}`;
  return max === undefined ? '' : `at most ${max}`;
}
