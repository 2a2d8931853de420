/** What every detail record has. */
import { column, RECORD } from '../../core/plan/expression.ts';
import { DAY } from '../columns/declare.ts';
import { DAYS } from '../columns/place.ts';
import { shared } from './declare.ts';

/** The property's number is said once, at the top level. */
export const PROPERTY_KEY = {
  property_id: {
    ...shared({ ...DAYS.property_id, expression: column(RECORD, 'property_id') }),
    isShown: false,
    isStored: true,
  },
} as const;

export const UPDATE_TIME = { ...DAY, description: 'Day on which the record was last updated.' } as const;
