/** The UUID that stands for a property in the Reonomy dialect. */
import { coalesced, column, type Expression } from '../../core/plan/expression.ts';

/** A property's UUID from the row of table `properties` behind the alias. Files older than the column do not have it. */
export function reonomyId(alias: string): Expression {
  return coalesced(column(alias, 'reonomy_id'), { node: 'uuid5', propertyId: column(alias, 'property_id') });
}
