/** The demo’s detail records, and what table `properties` says besides the facts of the reports, as rows for the engine. */
import type { InputTable } from '../core/ports/engine.ts';
import type { Value } from '../core/rows.ts';
import { DETAIL_SOURCES, type DetailSource } from '../reports/details/detail.ts';
import { TABLES, type TableName } from '../warehouse/tables.ts';
import type { TableSource } from './entity-tables.ts';
import { type InputColumns, inputTable } from './input-table.ts';
import { describeProperty } from './parameters/facts.ts';
import type { Plan } from './plan.ts';
import { basicFacts, parcelRow } from './records/basic-facts.ts';
import { makeDeeds, mortgageRows, saleRows, type TableRow } from './records/deeds.ts';
import { contactRows, ownershipRows, PORTFOLIO_SIZE } from './records/owners.ts';
import { makeParcel } from './records/parcels.ts';
import { reportedOwnerRows, taxRows, tenantRows } from './records/rolls.ts';
import { apartmentSubject, type Subject } from './records/subject.ts';
import { makeProperty } from './rents/property.ts';

const TABLE_NAMES = Object.keys(DETAIL_SOURCES) as DetailSource[];

type MakeRows = (subject: Subject) => readonly TableRow[];

const RECORDS: Readonly<Record<DetailSource, MakeRows>> = {
  sales: (subject) => saleRows(subject, makeDeeds(subject)),
  mortgages: (subject) => mortgageRows(subject, makeDeeds(subject)),
  taxes: taxRows,
  tenants: tenantRows,
  ownerships: (subject) => ownershipRows(subject, makeDeeds(subject)),
  contacts: contactRows,
  reported_owners: reportedOwnerRows,
};

function* apartments({ properties, period }: Plan): Generator<Subject> {
  for (const planned of properties) {
    if (planned.index === null) continue;
    const property = makeProperty(planned, period);
    yield apartmentSubject(property, describeProperty(property, planned.index), Number(planned.key), period.lastDay);
  }
}

function* subjects(plan: Plan): Generator<Subject> {
  yield* apartments(plan);
  for (const planned of plan.parcels) yield makeParcel(planned).subject;
}

/** The table’s columns, each from the field of a row with the same name. */
function columnsOf<Row>(table: TableName, field: (row: Row, name: string) => Value): InputColumns<Row> {
  const columns = TABLES[table].columns.filter(({ computed }) => computed === undefined);
  return Object.fromEntries(columns.map(({ name, type }) => [name, [type, (row: Row) => field(row, name)]]));
}

function fieldOf(row: TableRow, name: string): Value {
  return row[name] ?? null;
}

function fieldOfParts(parts: readonly TableRow[], name: string): Value {
  for (const part of parts) {
    const value = part[name];
    if (value !== undefined) return value;
  }
  return null;
}

function* apartmentRows(plan: Plan): Generator<readonly TableRow[]> {
  for (const subject of apartments(plan)) yield basicFacts(subject);
}

function* parcelRows({ parcels }: Plan): Generator<readonly TableRow[]> {
  for (const planned of parcels) yield parcelRow(makeParcel(planned));
}

/** Empty if the plan describes no property: facts about a real one are not invented. */
export function detailInputs(plan: Plan): Readonly<Record<string, InputTable>> {
  const tables = TABLE_NAMES.map((table) => {
    const rows = function* () {
      for (const subject of subjects(plan)) yield* RECORDS[table](subject);
    };
    return [`${table}_rows`, inputTable(columnsOf(table, fieldOf), rows)] as const;
  });
  return {
    ...Object.fromEntries(tables),
    basic_rows: inputTable(columnsOf('properties', fieldOfParts), () => apartmentRows(plan)),
    parcel_rows: inputTable(columnsOf('properties', fieldOfParts), () => parcelRows(plan)),
  };
}

function detailSource(table: DetailSource): TableSource {
  const columns = TABLES[table].columns.map(({ name }) => [name, `r.${name}`] as const);
  return {
    prepare: [],
    from: `${table}_rows AS r`,
    orderBy: DETAIL_SOURCES[table].map((key) => `r.${key}`).join(', '),
    columns: {
      ...Object.fromEntries(columns),
      ...(table === 'ownerships' && { [PORTFOLIO_SIZE]: 'count(*) OVER (PARTITION BY r.portfolio_id)' }),
    },
  };
}

export const DETAILS = Object.fromEntries(TABLE_NAMES.map((table) => [table, detailSource(table)])) as Readonly<
  Record<DetailSource, TableSource>
>;
