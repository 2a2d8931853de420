/** What every detail record has. */
import { column, RECORD } from '../../core/plan/expression.ts';
import { DAY } from '../columns/declare.ts';
import { DAYS } from '../columns/place.ts';
import { shared } from './declare.ts';
import { CHANGED_COLUMN, UPDATE_COLUMN } from './detail.ts';
import { CHANGED_ON, updateDay } from './update-days.ts';

/** The property's number is said once, at the top level. */
export const PROPERTY_KEY = {
  property_id: {
    ...shared({ ...DAYS.property_id, expression: column(RECORD, 'property_id') }),
    isShown: false,
    isStored: true,
  },
} as const;

export const UPDATES = {
  [UPDATE_COLUMN]: {
    ...DAY,
    expression: updateDay(RECORD, UPDATE_COLUMN),
    description:
      'Day on which the record was last updated; where its source does not tell, that of the load that last changed it.',
  },
  [CHANGED_COLUMN]: CHANGED_ON,
} as const;
