/** Detail type `reported_owner`: who pays the taxes by the assessor’s roll. */
import {
  anyOf,
  coalesced,
  column,
  compared,
  fieldOf,
  filtered,
  ITEM,
  lengthOf,
  literal,
  RECORD,
} from '../../core/plan/expression.ts';
import { FLAG, TEXT } from '../columns/declare.ts';
import { declareDetails, PERSONAL_TEXT } from './declare.ts';
import type { PersonalWhere, RecordDetail } from './detail.ts';
import { isPerson, PARTY_KINDS } from './parties.ts';
import { PROPERTY_KEY, UPDATES } from './record.ts';

const IS_PERSON = isPerson(fieldOf(ITEM, 'entity_type'), fieldOf(ITEM, 'name'));
const OWNERS = column(RECORD, 'reported_owners');

const NAME_OF_A_PERSON: PersonalWhere = {
  leavesOut: 'value',
  condition: IS_PERSON,
  words:
    'where `entity_type` is individual, or trust, other or unknown and the name is not recognizably an organization’s',
};

/** All of them share the address; without an owner it is unknown whose it is. */
const ADDRESS_OF_A_PERSON: PersonalWhere = {
  leavesOut: 'value',
  condition: coalesced(
    anyOf(
      compared(lengthOf(OWNERS), '=', literal(0)),
      compared(lengthOf(filtered(OWNERS, IS_PERSON)), '>', literal(0)),
    ),
    literal(true),
  ),
  words: 'where the name of one of the owners is left out, or none is known',
};
const MAILING = { ...PERSONAL_TEXT, personalWhere: ADDRESS_OF_A_PERSON, about: 'reported_owners' } as const;

export const REPORTED_OWNER: RecordDetail = {
  type: 'reported_owner',
  title: 'Reported owner',
  description: 'Owner and mailing address on the assessor’s roll.',
  nodes: [
    {
      name: 'reported_owner',
      table: 'reported_owners',
      shape: 'latest',
      order: [],
      description: 'Owners and mailing addresses on the assessors’ rolls.',
      grain: 'The record that was updated last; null where nothing is known.',
      columns: declareDetails(RECORD, {
        ...PROPERTY_KEY,
        reported_owner_id: {
          ...TEXT,
          nullable: false,
          isShown: false,
          description: 'Identifier of the entry on the roll, unique within its property.',
        },
        reported_owners: {
          listOf: {
            name: { ...PERSONAL_TEXT, personalWhere: NAME_OF_A_PERSON, description: 'Name of the owner on the roll.' },
            entity_type: { ...TEXT, oneOf: PARTY_KINDS, description: 'Kind of owner.' },
          },
          pii: 'indirect',
          description: 'Owners on the roll.',
        },
        address_line1: { ...MAILING, description: 'House number and street, or box, to which tax bills are sent.' },
        city: { ...MAILING, description: 'City to which tax bills are sent.' },
        state: {
          ...MAILING,
          form: { kind: 'state', othersStay: true },
          description: 'State to which tax bills are sent, as its two-letter postal code.',
        },
        zip_code: {
          ...MAILING,
          form: { kind: 'zip-code', othersStay: true },
          description: 'ZIP code to which tax bills are sent.',
        },
        owner_instate: { ...FLAG, description: 'True when tax bills are sent to the state in which the property is.' },
        ...UPDATES,
      }),
    },
  ],
};
