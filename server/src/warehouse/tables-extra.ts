/** Stored columns that neither reports nor detail types show. */
import { DAYS } from '../reports/columns/place.ts';
import type { StoredColumn } from '../reports/columns/stored.ts';

const SINCE = '1.0';

export const PROPERTY_EXTRAS: readonly StoredColumn[] = [
  {
    name: 'source_id',
    type: 'text',
    nullable: true,
    unit: null,
    pii: 'none',
    description:
      'The provider’s own key of the property; a row without `property_id` keeps the number that its key was first given.',
    since: SINCE,
  },
];

/** In no table: a row of a file for which it is true takes the stored row of its key away. */
export const DELETED = '_deleted';

export const DELETED_COLUMN: StoredColumn = {
  name: DELETED,
  type: 'boolean',
  nullable: true,
  unit: null,
  pii: 'none',
  description: 'True in a row of a file whose key is to be deleted.',
  since: SINCE,
};

export const PROPERTY_ADDRESS_COLUMNS: readonly StoredColumn[] = [
  {
    name: 'property_id',
    type: 'id',
    min: 1,
    nullable: false,
    unit: null,
    pii: 'none',
    description: DAYS.property_id.description,
    since: SINCE,
  },
  {
    name: 'address',
    type: 'text',
    nullable: false,
    unit: null,
    pii: 'indirect',
    description: 'House number and street of a further address of the property, in the same city.',
    since: SINCE,
  },
];
