/** Stored columns that no report shows. */
import { DAYS } from '../reports/columns/place.ts';
import type { StoredColumn } from '../reports/stored.ts';

/** `sfr`: a single-family residence. Matching tells homes from the rest by these words. */
const ASSET_CATEGORIES = ['commercial', 'multifamily', 'sfr', 'condo', 'land', 'other'] as const;

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
  {
    name: 'asset_category',
    type: 'text',
    nullable: true,
    unit: null,
    pii: 'none',
    description:
      'What the property is used as: commercial, multifamily, single-family residence, condominium, land or other.',
    since: SINCE,
    oneOf: ASSET_CATEGORIES,
  },
  {
    name: 'asset_type',
    type: 'text',
    nullable: true,
    unit: null,
    pii: 'none',
    description: 'Finer kind of use within the asset category, in the words of its source.',
    since: SINCE,
  },
  {
    name: 'active',
    type: 'boolean',
    nullable: true,
    unit: null,
    pii: 'none',
    description: 'False once the property is no longer observed.',
    since: SINCE,
  },
  {
    name: 'opp_zone',
    type: 'boolean',
    nullable: true,
    unit: null,
    pii: 'none',
    description: 'True when the property lies in a qualified opportunity zone.',
    since: SINCE,
  },
];

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
