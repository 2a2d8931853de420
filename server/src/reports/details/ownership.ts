/** Detail type `ownership`: the company behind the owner of record, and whom to contact. */
import { column, fieldOf, ITEM, RECORD } from '../../core/plan/expression.ts';
import { DAY, FLAG, TEXT } from '../columns/declare.ts';
import { declareDetails, INDIRECT_TEXT, PERSONAL_TEXT } from './declare.ts';
import { type DetailNode, type RecordDetail, UPDATE_COLUMN } from './detail.ts';
import { unlessOrganization } from './parties.ts';
import { PROPERTY_KEY, UPDATES } from './record.ts';

const OWNER_NAME = fieldOf(column(RECORD, 'owner_company'), 'name');

// Whose identifiers these are: sources enter owners as companies that are people.
const OWNER_COMPANY = {
  id: { ...INDIRECT_TEXT, description: 'Identifier of the company.' },
  name: { ...PERSONAL_TEXT, personalWhere: unlessOrganization(OWNER_NAME), description: 'Name of the company.' },
  type: { ...TEXT, description: 'Legal form of the company, such as LLC.' },
  parent_id: { ...INDIRECT_TEXT, description: 'Identifier of the company that owns it.' },
  domains: {
    ...PERSONAL_TEXT,
    type: { list: 'text' },
    personalWhere: unlessOrganization(OWNER_NAME, 'where `name` is left out or unknown'),
    description: 'Internet domains of the company.',
  },
} as const;

const OWNERSHIP_NODE: DetailNode = {
  name: 'ownership',
  table: 'ownerships',
  shape: 'latest',
  order: [],
  description: 'The portfolio that a property belongs to and the company that holds it.',
  grain: 'The record that was updated last; null where nothing is known.',
  columns: declareDetails(RECORD, {
    ...PROPERTY_KEY,
    portfolio_id: {
      ...INDIRECT_TEXT,
      nullable: false,
      description: 'Identifier of the portfolio that the property belongs to.',
    },
    owner_company: { structOf: OWNER_COMPANY, pii: 'indirect', description: 'Company that owns the property.' },
    ownership_type: { ...TEXT, description: 'Kind of owner, such as private company or institution.' },
    owned_since: { ...DAY, description: 'Day since which the company has owned the property.' },
    properties_in_portfolio: {
      type: 'count',
      unit: 'properties',
      min: 0,
      pii: 'none',
      description: 'Number of properties in the portfolio, this one counted.',
    },
    ...UPDATES,
  }),
};

const PERSON = {
  // The same person has the same identifier in several properties: not a name, but not nothing either.
  id: { ...INDIRECT_TEXT, description: 'Identifier of the person.' },
  display: { ...PERSONAL_TEXT, description: 'Name of the person.' },
  jobs: {
    listOf: {
      title: { ...INDIRECT_TEXT, description: 'What the person is in the organization.' },
      // People who work for themselves are often entered under their own name.
      organization: {
        ...PERSONAL_TEXT,
        personalWhere: unlessOrganization(fieldOf(ITEM, 'organization')),
        description: 'Name of the organization.',
      },
    },
    pii: 'indirect',
    description: 'What the person works as.',
  },
  phones: {
    listOf: {
      number: { ...PERSONAL_TEXT, description: 'Telephone number of the person.' },
      type: { ...TEXT, description: 'Kind of line, such as mobile.' },
    },
    pii: 'direct',
    description: 'Telephone numbers of the person.',
  },
  emails: {
    listOf: { address: { ...PERSONAL_TEXT, description: 'Mail address of the person.' } },
    pii: 'direct',
    description: 'Mail addresses of the person.',
  },
  addresses: {
    listOf: {
      line1: { ...PERSONAL_TEXT, description: 'House number and street.' },
      city: { ...PERSONAL_TEXT, description: 'City of the address.' },
      state: { ...PERSONAL_TEXT, form: { kind: 'state', othersStay: true }, description: 'State of the address.' },
      postal_code: {
        ...PERSONAL_TEXT,
        form: { kind: 'zip-code', othersStay: true },
        description: 'ZIP code of the address.',
      },
    },
    pii: 'direct',
    description: 'Postal addresses of the person.',
  },
} as const;

const CONTACT_COMPANY = {
  name: {
    ...PERSONAL_TEXT,
    personalWhere: unlessOrganization(fieldOf(column(RECORD, 'company'), 'name')),
    description: 'Name of the company.',
  },
  phones: { ...PERSONAL_TEXT, type: { list: 'text' }, description: 'Telephone numbers of the company.' },
  emails: { ...PERSONAL_TEXT, type: { list: 'text' }, description: 'Mail addresses of the company.' },
} as const;

const CONTACTS_NODE: DetailNode = {
  name: 'contacts',
  table: 'contacts',
  shape: 'list',
  order: [],
  description: 'People and companies that speak for the owners of properties.',
  grain: 'One record per contact.',
  columns: declareDetails(RECORD, {
    ...PROPERTY_KEY,
    contact_id: {
      ...TEXT,
      nullable: false,
      isShown: false,
      description: 'Identifier of the contact, unique within its property.',
    },
    contact_type: { ...TEXT, description: 'What the contact is to the owner, such as principal or property manager.' },
    is_signatory: { ...FLAG, description: 'True when the contact signed a deed or a mortgage of the property.' },
    persons: { listOf: PERSON, pii: 'indirect', description: 'People to talk to.' },
    company: { structOf: CONTACT_COMPANY, pii: 'indirect', description: 'Company that they work for.' },
    ...UPDATES,
    [UPDATE_COLUMN]: { ...UPDATES[UPDATE_COLUMN], isShown: false },
  }),
};

export const OWNERSHIP: RecordDetail = {
  type: 'ownership',
  title: 'Ownership and contacts',
  description:
    'Company that owns the property with its portfolio, and in the node `contacts` beside it whom to talk to.',
  nodes: [OWNERSHIP_NODE, CONTACTS_NODE],
};
