/** Detail type `tenants`: the companies that work in the property. */
import { column, RECORD } from '../../core/plan/expression.ts';
import { DAY, TEXT, YEAR } from '../columns/declare.ts';
import { declareDetails, INDIRECT_TEXT, PERSONAL_TEXT } from './declare.ts';
import type { RecordDetail } from './detail.ts';
import { unlessOrganization } from './parties.ts';
import { PROPERTY_KEY, UPDATES } from './record.ts';

const NAME = column(RECORD, 'name');

const CONTACTS = {
  name: { ...PERSONAL_TEXT, description: 'Name of the person.' },
  title: { ...PERSONAL_TEXT, description: 'What the person is in the company.' },
  phone: { ...PERSONAL_TEXT, description: 'Telephone number of the person.' },
  email: { ...PERSONAL_TEXT, description: 'Mail address of the person.' },
} as const;

export const TENANTS: RecordDetail = {
  type: 'tenants',
  title: 'Tenants',
  description: 'Companies that work in the property, with what they do and how they can be reached.',
  nodes: [
    {
      name: 'tenants',
      table: 'tenants',
      shape: 'list',
      order: [],
      description: 'Companies that work in properties, with what they do and how they can be reached.',
      grain: 'One record per tenant.',
      columns: declareDetails(RECORD, {
        ...PROPERTY_KEY,
        tenant_id: { ...TEXT, nullable: false, description: 'Identifier of the tenant, unique within its property.' },
        // A practice often has the name of the person who runs it.
        name: { ...PERSONAL_TEXT, personalWhere: unlessOrganization(NAME), description: 'Name of the company.' },
        suite: { ...INDIRECT_TEXT, description: 'Number of the suite, as on its door.' },
        floor: {
          type: 'count',
          unit: 'floors',
          min: -10,
          max: 300,
          pii: 'none',
          description: 'Floor on which the suite is, 1 being the ground floor.',
        },
        industry_naics: { ...TEXT, description: 'Code of the industry in the North American Industry Classification.' },
        industry_description: { ...TEXT, description: 'What `industry_naics` means.' },
        employee_count: {
          type: 'count',
          unit: 'employees',
          min: 0,
          pii: 'none',
          description: 'Number of people who work there.',
        },
        year_established: { ...YEAR, description: 'Year in which the company was founded.' },
        first_seen: { ...DAY, description: 'First day on which the company was known to be there.' },
        last_seen: { ...DAY, description: 'Last day on which the company was known to be there.' },
        website: {
          ...PERSONAL_TEXT,
          personalWhere: unlessOrganization(NAME, 'where `name` is left out or unknown'),
          about: 'name',
          description: 'Address of the company’s website.',
        },
        phone: { ...PERSONAL_TEXT, about: 'name', description: 'Telephone number of the company.' },
        contacts: { listOf: CONTACTS, pii: 'direct', description: 'People of the company.' },
        ...UPDATES,
      }),
    },
  ],
};
