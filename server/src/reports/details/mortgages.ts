/** Detail type `mortgages`: the loans that the property secures. */
import { coalesced, column, RECORD } from '../../core/plan/expression.ts';
import { DAY, FLAG, TEXT } from '../columns/declare.ts';
import { AMOUNT, declareDetails, PERSONAL_TEXT } from './declare.ts';
import type { RecordDetail } from './detail.ts';
import { unlessOrganization } from './parties.ts';
import { PROPERTY_KEY, UPDATES } from './record.ts';

export const MORTGAGES: RecordDetail = {
  type: 'mortgages',
  title: 'Mortgages',
  description: 'Loans that are or were secured by the property, with lender, borrower and terms.',
  nodes: [
    {
      name: 'mortgages',
      table: 'mortgages',
      shape: 'list',
      order: [
        { value: coalesced(column(RECORD, 'recording_date'), column(RECORD, 'origination_date')), direction: 'DESC' },
        { value: column(RECORD, 'position'), direction: 'ASC' },
      ],
      description: 'Loans that are or were secured by properties, with lender, borrower and terms.',
      grain: 'One record per loan, the newest first.',
      columns: declareDetails(RECORD, {
        ...PROPERTY_KEY,
        mortgage_id: {
          ...TEXT,
          nullable: false,
          description: 'Identifier of the mortgage, unique within its property.',
        },
        position: {
          type: 'count',
          unit: 'rank',
          min: 1,
          pii: 'none',
          description: 'Rank of the lien when it was recorded, 1 being the first.',
        },
        amount: { ...AMOUNT, description: 'Amount that was lent.' },
        recording_date: { ...DAY, description: 'Day on which the county recorded the mortgage.' },
        origination_date: { ...DAY, description: 'Day on which the mortgage was signed.' },
        maturity_date: { ...DAY, description: 'Day on which the loan is to be paid back.' },
        term_months: {
          type: 'count',
          unit: 'months',
          min: 0,
          max: 1200,
          pii: 'none',
          description: 'Length of the loan.',
        },
        interest_rate: {
          type: 'fraction',
          min: 0,
          max: 1,
          pii: 'none',
          description: 'Yearly interest on the amount, at the beginning where it is variable.',
        },
        interest_rate_type: { ...TEXT, oneOf: ['fixed', 'variable'], description: 'Whether the rate can change.' },
        loan_type: { ...TEXT, description: 'Kind of loan, such as conventional or construction.' },
        lender_recorded_name: {
          ...PERSONAL_TEXT,
          personalWhere: unlessOrganization(column(RECORD, 'lender_recorded_name')),
          description: 'Name of the lender, a company or a person, as it was recorded.',
        },
        lender_standardized_name: {
          ...PERSONAL_TEXT,
          personalWhere: unlessOrganization(column(RECORD, 'lender_standardized_name')),
          description: 'Name of the lender, spelt alike for all its loans.',
        },
        borrower_name: { ...PERSONAL_TEXT, description: 'Name of the borrower, a company or a person.' },
        is_satisfied: { ...FLAG, description: 'True once the loan is paid back.' },
        ...UPDATES,
      }),
    },
  ],
};
