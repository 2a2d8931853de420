/** What every instance has before its first statement. */
import { PROPERTY_ID_NAMESPACE } from '../../core/details.ts';
import { COMPARED_TEXT, PLAIN_WORDS, PROPERTY_UUID } from '../../core/ports/engine.ts';

/** The variant bits of RFC 9562 put into the first digit of the fourth group. */
const VARIANT = "'0123456789abcdef', '89ab89ab89ab89ab'";

/** UUID version 5 (RFC 9562 §5.5) of the number in decimal, as lower-case text. */
function propertyUuid(): string {
  const namespace = PROPERTY_ID_NAMESPACE.replaceAll('-', '');
  const hash = `sha1(from_hex('${namespace}') || encode(CAST(property_id AS VARCHAR)))`;
  const text = `concat_ws('-', hash[1:8], hash[9:12], '5' || hash[14:16], translate(hash[17], ${VARIANT}) || hash[18:20], hash[21:32])`;
  return `list_transform([${hash}], lambda hash: ${text})[1]`;
}

/** `Smith & Söhne, L.L.C.` is `SMITH & SOHNE LLC`. */
function plainWords(): string {
  const joined = `regexp_replace(upper(strip_accents(text)), '[.''’]', '', 'g')`;
  return `trim(regexp_replace(replace(${joined}, '&', ' & '), '[^A-Z0-9&]+', ' ', 'g'))`;
}

/** `  Ana  GARCÍA ` is `ana garcía`, whichever way its accent is encoded. */
function comparedText(): string {
  return `trim(regexp_replace(lower(nfc_normalize(text)), '[\\s\\pZ]+', ' ', 'g'))`;
}

export const PRELUDE: readonly string[] = [
  `CREATE MACRO ${PROPERTY_UUID}(property_id) AS ${propertyUuid()}`,
  `CREATE MACRO ${PLAIN_WORDS}(text) AS ${plainWords()}`,
  `CREATE MACRO ${COMPARED_TEXT}(text) AS ${comparedText()}`,
];
