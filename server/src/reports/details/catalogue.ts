/** Every detail type, and what the warehouse stores for them. */
import type { DetailType } from '../../core/details.ts';
import type { StoredColumn } from '../columns/stored.ts';
import { BASIC } from './basic.ts';
import type { DetailColumn, DetailNode, DetailSource, RecordDetail } from './detail.ts';
import { MORTGAGES } from './mortgages.ts';
import { OWNERSHIP } from './ownership.ts';
import { REPORTED_OWNER } from './reported-owner.ts';
import { SALES } from './sales.ts';
import { TAXES } from './taxes.ts';
import { TENANTS } from './tenants.ts';

export const RECORD_DETAILS: Readonly<Record<Exclude<DetailType, 'basic'>, RecordDetail>> = {
  mortgages: MORTGAGES,
  ownership: OWNERSHIP,
  reported_owner: REPORTED_OWNER,
  sales: SALES,
  taxes: TAXES,
  tenants: TENANTS,
};

export const DETAIL_NODES: readonly DetailNode[] = Object.values(RECORD_DETAILS).flatMap(({ nodes }) => nodes);

function storedColumn(column: DetailColumn): StoredColumn {
  const {
    expression: _expression,
    isShown: _shown,
    isStored: _stored,
    personalWhere: _where,
    fields,
    ...rest
  } = column;
  return fields === undefined ? rest : { ...rest, fields: fields.map(storedColumn) };
}

function storedColumns(columns: readonly DetailColumn[]): readonly StoredColumn[] {
  return columns.filter(({ isStored }) => isStored).map(storedColumn);
}

/** What `basic` adds to table `properties`. */
export const BASIC_STORED_COLUMNS: readonly StoredColumn[] = storedColumns(BASIC.columns);

/** The node that is stored in the table. */
export function nodeOf(table: DetailSource): DetailNode {
  const node = DETAIL_NODES.find((each) => each.table === table);
  if (node === undefined) throw new TypeError(`no detail type is stored in ${table}`);
  return node;
}

/** The columns of the table, its key first. */
export function detailStoredColumns(table: DetailSource): readonly StoredColumn[] {
  return storedColumns(nodeOf(table).columns);
}
