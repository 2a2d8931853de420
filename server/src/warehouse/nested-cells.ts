/** Cells whose values have declared parts: each part is read and judged as a column of its own would be. */
import { isScalar } from '../core/column-types.ts';
import type { ScalarType } from '../core/columns.ts';
import { expectation, type Fault, valueFaults, valueOfText } from './cell-types.ts';
import { quoteName, quoteText, quoteTexts } from './sql.ts';
import type { TableColumn } from './tables.ts';

type ScalarColumn = TableColumn & { readonly type: ScalarType };

/** A list’s items under the list’s name; null for what is no list. */
function itemOf(column: TableColumn): TableColumn | null {
  return isScalar(column.type) || !('list' in column.type) ? null : { ...column, type: column.type.list };
}

function isScalarColumn(column: TableColumn): column is ScalarColumn {
  return isScalar(column.type);
}

/** The cell as JSON, or null where it holds none. */
export function jsonOfCell(cell: string, isText: boolean): string {
  return isText ? `TRY_CAST(${cell} AS JSON)` : `to_json(${cell})`;
}

/** As at the top level: a number is exact text; an object, a list or a truth value in place of text is a mistake. */
function scalarValue(column: ScalarColumn, json: string): string {
  const kinds = column.type === 'text' ? "IN ('VARCHAR', 'UBIGINT', 'BIGINT')" : "NOT IN ('OBJECT', 'ARRAY')";
  return `CASE WHEN json_type(${json}) ${kinds} THEN ${valueOfText(column, `nullif(${json} ->> '$', '')`)} END`;
}

/** The value of a JSON document; null, or with nulls inside, where it holds none of the type. */
export function nestedValue(column: TableColumn, json: string): string {
  if (isScalarColumn(column)) return scalarValue(column, json);
  const item = itemOf(column);
  if (item !== null) {
    const items = `list_transform(CAST(${json} AS JSON[]), lambda item: ${nestedValue(item, 'item')})`;
    return `CASE WHEN json_type(${json}) = 'ARRAY' THEN ${items} END`;
  }
  const parts = (column.fields ?? []).map(
    (field) => `${quoteName(field.name)} := ${nestedValue(field, `json_extract(${json}, '$.${field.name}')`)}`,
  );
  return `CASE WHEN json_type(${json}) = 'OBJECT' THEN struct_pack(${parts.join(', ')}) END`;
}

interface Place {
  /** In the engine’s JSON paths, where `[*]` are all items. */
  readonly path: string;
  /** As people read it: `buyers[].type`. */
  readonly words: string;
  /** An item of a list: missing items are faults, missing parts are not. */
  readonly isItem: boolean;
}

/** A fault where the condition holds for anything that stands at the place. */
function faultAt({ path, words }: Place, json: string, condition: string, reason: string): Fault {
  const found = `json_extract(${json}, ${quoteText(path)})`;
  const all = path.includes('[*]') ? found : `[${found}]`;
  return {
    when: `coalesce(len(list_filter(${all}, lambda leaf: coalesce(${condition}, false))) > 0, false)`,
    reason: `is wrong at ${words}: ${reason}`,
  };
}

function faultsWithin(column: TableColumn, place: Place, json: string): readonly Fault[] {
  const kind = 'json_type(leaf)';
  const isWrong = (wanted: string) =>
    place.isItem ? `${kind} <> '${wanted}'` : `${kind} NOT IN ('${wanted}', 'NULL')`;
  if (isScalarColumn(column)) {
    const value = scalarValue(column, 'leaf');
    const missing = place.isItem ? 'true' : `${kind} <> 'NULL' AND (leaf ->> '$') <> ''`;
    return [
      faultAt(place, json, `(${missing}) AND ${value} IS NULL`, expectation(column)),
      ...valueFaults(column, value).map(({ when, reason }) => faultAt(place, json, when, reason)),
    ];
  }
  const item = itemOf(column);
  if (item !== null) {
    const items = { path: `${place.path}[*]`, words: `${place.words}[]`, isItem: true };
    return [faultAt(place, json, isWrong('ARRAY'), 'must be a list'), ...faultsWithin(item, items, json)];
  }
  const fields = column.fields ?? [];
  const names = fields.map(({ name }) => name);
  const stray = `len(list_filter(json_keys(leaf), lambda name: NOT list_contains(${quoteTexts(names)}, name))) > 0`;
  return [
    faultAt(place, json, isWrong('OBJECT'), 'must be an object'),
    faultAt(place, json, `${kind} = 'OBJECT' AND ${stray}`, `may have no other parts than ${names.join(', ')}`),
    ...fields.flatMap((field) => {
      const { name } = field;
      return faultsWithin(
        field,
        { path: `${place.path}.${name}`, words: `${place.words}.${name}`, isItem: false },
        json,
      );
    }),
  ];
}

/** What can be wrong inside of a document whose outermost shape is right. */
export function nestedFaults(column: TableColumn, json: string): readonly Fault[] {
  return faultsWithin(column, { path: '$', words: column.name, isItem: false }, json);
}
