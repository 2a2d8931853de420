/** Detail type `taxes`: what the property was assessed at and taxed, year by year. */
import { column, RECORD } from '../../core/plan/expression.ts';
import { YEAR } from '../columns/declare.ts';
import { AMOUNT, declareDetails, INDIRECT_TEXT } from './declare.ts';
import type { RecordDetail } from './detail.ts';
import { PROPERTY_KEY, UPDATES } from './record.ts';

export const TAXES: RecordDetail = {
  type: 'taxes',
  title: 'Taxes',
  description: 'Property taxes and the values on which they were levied, year by year.',
  nodes: [
    {
      name: 'taxes',
      table: 'taxes',
      shape: 'list',
      order: [{ value: column(RECORD, 'tax_year'), direction: 'DESC' }],
      description: 'Property taxes and the values on which they were levied, year by year.',
      grain: 'One record per tax year, the newest first.',
      columns: declareDetails(RECORD, {
        ...PROPERTY_KEY,
        tax_year: { ...YEAR, nullable: false, description: 'Year for which the tax was levied.' },
        tax_amount: {
          type: 'money',
          unit: 'usd_per_year',
          min: 0,
          pii: 'none',
          description: 'Tax of the year before exemptions that are paid back.',
        },
        assessed_land_value: { ...AMOUNT, description: 'Assessed value of the land.' },
        assessed_improvement_value: { ...AMOUNT, description: 'Assessed value of what is built on it.' },
        total_assessed_value: { ...AMOUNT, description: 'Assessed value of land and buildings together.' },
        market_land_value: { ...AMOUNT, description: 'Market value of the land in the assessor’s estimate.' },
        market_improvement_value: {
          ...AMOUNT,
          description: 'Market value of what is built on it in the assessor’s estimate.',
        },
        total_market_value: {
          ...AMOUNT,
          description: 'Market value of land and buildings in the assessor’s estimate.',
        },
        // Age, disability, service: of whoever lives there.
        exemptions: {
          ...INDIRECT_TEXT,
          type: { list: 'text' },
          description: 'Exemptions that were granted for the year.',
        },
        ...UPDATES,
      }),
    },
  ],
};
