/** The properties that an account may see, as a query reads them. */
import { column, type Expression } from '../core/plan/expression.ts';
import type { Grants } from '../core/ports/database/accounts.ts';
import type { InputTable } from '../core/ports/engine.ts';
import { inputTable } from './requested.ts';

/** The table of them: of one column, `property_id`. */
export const GRANTED = 'granted';

/** Ids as a table of that form. */
export function idTable(ids: Float64Array): InputTable {
  return inputTable([{ name: 'property_id', type: 'id' }], ids.length, (index) => [ids[index] ?? 0]);
}

/** None for an account that may see every property. */
export function grantedInputs(grants: Grants): Readonly<Record<string, InputTable>> {
  return grants === 'all' ? {} : { [GRANTED]: idTable(Float64Array.from(grants)) };
}

/** True of the rows of a source whose property is in such a table. */
export function isListed(source: string, input: string): Expression {
  return { node: 'listed', value: column(source, 'property_id'), input, column: 'property_id', ignoreCase: false };
}
