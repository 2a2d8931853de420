import type { ColumnType, ScalarType } from './columns.ts';

/** The one place where a logical type is spelt in another language. */
interface Spelling {
  readonly sql: string;
  readonly json: Readonly<Record<string, unknown>>;
  readonly tableSchema: string;
}

const SPELLINGS: Readonly<Record<ScalarType, Spelling>> = {
  id: { sql: 'BIGINT', json: { type: 'integer' }, tableSchema: 'integer' },
  count: { sql: 'INTEGER', json: { type: 'integer' }, tableSchema: 'integer' },
  number: { sql: 'DOUBLE', json: { type: 'number' }, tableSchema: 'number' },
  money: { sql: 'DOUBLE', json: { type: 'number' }, tableSchema: 'number' },
  fraction: { sql: 'DOUBLE', json: { type: 'number' }, tableSchema: 'number' },
  text: { sql: 'VARCHAR', json: { type: 'string' }, tableSchema: 'string' },
  boolean: { sql: 'BOOLEAN', json: { type: 'boolean' }, tableSchema: 'boolean' },
  date: { sql: 'DATE', json: { type: 'string', format: 'date' }, tableSchema: 'date' },
  instant: { sql: 'TIMESTAMPTZ', json: { type: 'string', format: 'date-time' }, tableSchema: 'datetime' },
};

export function isScalar(type: ColumnType): type is ScalarType {
  return typeof type === 'string';
}

/** The type in the engine's SQL. Parquet's physical type follows from it: BIGINT → INT64, TIMESTAMPTZ → TIMESTAMP(MICROS, UTC). */
export function sqlType(type: ColumnType): string {
  if (isScalar(type)) return SPELLINGS[type].sql;
  if ('list' in type) return `${sqlType(type.list)}[]`;
  const fields = Object.entries(type.struct).map(([name, field]) => `"${name}" ${sqlType(field)}`);
  return `STRUCT(${fields.join(', ')})`;
}

/** The type as JSON Schema (draft 2020-12) describes a value of it in JSONL. */
export function jsonSchemaType(type: ColumnType): Record<string, unknown> {
  if (isScalar(type)) return { ...SPELLINGS[type].json };
  if ('list' in type) return { type: 'array', items: jsonSchemaType(type.list) };
  const properties = Object.fromEntries(
    Object.entries(type.struct).map(([name, field]) => [name, jsonSchemaType(field)]),
  );
  return { type: 'object', properties };
}

/** The type in words of the dictionary: `list<struct<months: count, rent: money>>`. */
export function typeName(type: ColumnType): string {
  if (isScalar(type)) return type;
  if ('list' in type) return `list<${typeName(type.list)}>`;
  const fields = Object.entries(type.struct).map(([name, field]) => `${name}: ${typeName(field)}`);
  return `struct<${fields.join(', ')}>`;
}

/** The type in Frictionless Table Schema, for manifests. */
export function tableSchemaType(type: ColumnType): string {
  if (isScalar(type)) return SPELLINGS[type].tableSchema;
  return 'list' in type ? 'array' : 'object';
}
