/** `/admin/v1/warehouse`: what was loaded. */
import { ConveyanceError } from '../../core/errors.ts';
import type { DataVersion } from '../../core/ports/database/warehouse.ts';
import { TABLES } from '../../warehouse/tables.ts';
import {
  versionFields,
  versionListSchema,
  versionParams,
  warehouseFields,
  warehouseSchema,
} from '../../wire/admin/data.ts';
import { refused } from '../server/answers.ts';
import { type ProtectedOperation, pathParameter } from '../server/operation.ts';
import { OPERATE, responses } from './answers.ts';

const NOTHING_LOADED = 'Nothing has been loaded yet';
const NO_VERSION = refused('There is no such version', 'not_found', NOTHING_LOADED);
const VERSION_FORM = /^[1-9]\d{0,14}$/;

function fieldsOf(version: DataVersion) {
  return warehouseFields(version, Object.keys(TABLES));
}

export const getWarehouse: ProtectedOperation = {
  permission: OPERATE,
  method: 'GET',
  path: '/warehouse',
  document: {
    operationId: 'getWarehouse',
    tag: 'Data',
    summary: 'Get Warehouse',
    description: 'The current data version: its tables, rows and days.',
    responses: responses({ description: 'What there is', schema: warehouseSchema }, { 404: NO_VERSION }),
  },
  async answer({ deps: { db } }) {
    const current = await db.warehouse.current();
    if (current === null) throw new ConveyanceError('not_found', NOTHING_LOADED);
    return fieldsOf(current);
  },
};

export const listVersions: ProtectedOperation = {
  permission: OPERATE,
  method: 'GET',
  path: '/warehouse/versions',
  document: {
    operationId: 'listVersions',
    tag: 'Data',
    summary: 'List Data Versions',
    description:
      'Those that can be gone back to, the newest first: who made each, of what, and what that did to the rows.',
    responses: responses({ description: 'The versions', schema: versionListSchema }),
  },
  async answer({ deps: { db } }) {
    const versions = await db.warehouse.versions();
    return { versions: versions.map((version, index) => versionFields(version, index === 0)) };
  },
};

export const getVersion: ProtectedOperation = {
  permission: OPERATE,
  method: 'GET',
  path: '/warehouse/versions/:version',
  document: {
    operationId: 'getVersion',
    tag: 'Data',
    summary: 'Get Data Version',
    description: 'The tables, rows and days of a data version.',
    params: versionParams,
    responses: responses({ description: 'What was there', schema: warehouseSchema }, { 404: NO_VERSION }),
  },
  async answer({ deps: { db } }, { request }) {
    const word = pathParameter(request, 'version');
    const found = VERSION_FORM.test(word) ? await db.warehouse.get(Number(word)) : null;
    if (found === null)
      throw new ConveyanceError('not_found', `There is no data version ${word.slice(0, 20)} (any more)`);
    return fieldsOf(found);
  },
};
