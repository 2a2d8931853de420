/** The UUID that stands for a property in the Reonomy dialect, computed by the engine. */
import { PROPERTY_ID_NAMESPACE } from '../../core/details.ts';

/** The variant bits of RFC 9562 put into the first digit of the fourth group. */
const VARIANT = "'0123456789abcdef', '89ab89ab89ab89ab'";

/** Engine SQL: UUID version 5 (RFC 9562 §5.5) of the number in decimal, as lower-case text. */
export function uuidOf(propertyId: string): string {
  const namespace = PROPERTY_ID_NAMESPACE.replaceAll('-', '');
  const hash = `sha1(from_hex('${namespace}') || encode(CAST(${propertyId} AS VARCHAR)))`;
  const text = `concat_ws('-', hash[1:8], hash[9:12], '5' || hash[14:16], translate(hash[17], ${VARIANT}) || hash[18:20], hash[21:32])`;
  return `list_transform([${hash}], lambda hash: ${text})[1]`;
}

/** A property's UUID from the row of table `properties` behind the alias. Files from before the column was stored have none in it. */
export function reonomyId(alias: string): string {
  return `coalesce(${alias}.reonomy_id, ${uuidOf(`${alias}.property_id`)})`;
}
