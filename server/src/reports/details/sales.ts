/** Detail type `sales`: the deeds by which the property changed hands. */
import { coalesced, column, fieldOf, ITEM, RECORD } from '../../core/plan/expression.ts';
import { DAY, FLAG, TEXT } from '../columns/declare.ts';
import { AMOUNT, declareDetails, INDIRECT_TEXT, PERSONAL_TEXT } from './declare.ts';
import type { RecordDetail } from './detail.ts';
import { isPerson, PARTY_KINDS } from './parties.ts';
import { PROPERTY_KEY, UPDATES } from './record.ts';

const PARTIES = {
  listOf: {
    name: { ...PERSONAL_TEXT, description: 'Name of the party as the deed has it.' },
    type: { ...TEXT, oneOf: PARTY_KINDS, description: 'Kind of party.' },
  },
  pii: 'direct',
  personalWhere: {
    leavesOut: 'items',
    condition: isPerson(fieldOf(ITEM, 'type'), fieldOf(ITEM, 'name')),
    words:
      'items whose `type` is individual, or trust, other or unknown and whose name is not recognizably an organization’s',
  },
} as const;

/** That of the sale, or of its recording if only that is known. */
const SALE_DAY = coalesced(column(RECORD, 'sale_date'), column(RECORD, 'recording_date'));

export const SALES: RecordDetail = {
  type: 'sales',
  title: 'Sales',
  description: 'Sales and other transfers of the property, with their parties and prices.',
  nodes: [
    {
      name: 'sales',
      table: 'sales',
      shape: 'list',
      order: [{ value: SALE_DAY, direction: 'DESC' }],
      description: 'Sales and other transfers of properties, with their parties and prices.',
      grain: 'One record per deed, the newest first.',
      columns: declareDetails(RECORD, {
        ...PROPERTY_KEY,
        sale_id: { ...TEXT, nullable: false, description: 'Identifier of the sale, unique within its property.' },
        sale_date: { ...DAY, description: 'Day on which the deed was signed.' },
        recording_date: { ...DAY, description: 'Day on which the county recorded the deed.' },
        sale_amount: { ...AMOUNT, description: 'Price of the sale, of all its parcels together.' },
        price_per_sqft: {
          type: 'money',
          unit: 'usd_per_sq_ft',
          min: 0,
          pii: 'none',
          description: 'Price of the sale per square foot of building area.',
        },
        price_per_unit: {
          type: 'money',
          unit: 'usd_per_unit',
          min: 0,
          pii: 'none',
          description: 'Price of the sale per unit.',
        },
        document_type: { ...TEXT, description: 'Kind of deed, such as grant deed or quitclaim.' },
        // The deed, which anyone can look up by it, has the parties' names.
        document_number: { ...INDIRECT_TEXT, description: 'Number under which the county recorded the deed.' },
        multi_parcel: { ...FLAG, description: 'True when other parcels were sold by the same deed.' },
        buyers: { ...PARTIES, description: 'Who bought.' },
        sellers: { ...PARTIES, description: 'Who sold.' },
        ...UPDATES,
      }),
    },
  ],
};
