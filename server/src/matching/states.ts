/** What the states tell of a line: ends of their names, and which ZIP codes lie in them. */
import { STATE_SPELLINGS } from '../core/input/states.ts';

/** First three digits of a ZIP code to the state; a range ends where the next one begins. Prefixes shared by two are left out. */
const ZIP_RANGES =
  '005-005:NY 006-007:PR 008-008:VI 009-009:PR 010-027:MA 028-029:RI 030-038:NH 039-049:ME 050-054:VT 055-055:MA 056-059:VT ' +
  '060-062:CT 064-069:CT 070-089:NJ 100-149:NY 150-196:PA 197-199:DE 200-200:DC 201-201:VA 202-204:DC 206-219:MD 220-246:VA ' +
  '247-268:WV 270-289:NC 290-299:SC 300-319:GA 320-339:FL 341-349:FL 350-369:AL 370-385:TN 386-397:MS 398-399:GA 400-427:KY ' +
  '430-459:OH 460-479:IN 480-499:MI 500-528:IA 530-549:WI 550-567:MN 569-569:DC 570-577:SD 580-588:ND 590-599:MT 600-629:IL ' +
  '630-658:MO 660-679:KS 680-693:NE 700-714:LA 716-729:AR 730-738:OK 740-749:OK 750-799:TX 800-816:CO 820-831:WY 832-833:ID ' +
  '835-838:ID 840-847:UT 850-865:AZ 870-884:NM 885-885:TX 889-898:NV 900-961:CA 967-968:HI 970-979:OR 980-994:WA 995-999:AK';

const STATE_BY_PREFIX: ReadonlyMap<string, string> = new Map(ZIP_RANGES.split(' ').flatMap(prefixesOf));

function prefixesOf(range: string): (readonly [prefix: string, state: string])[] {
  const [, first = '', last = '', state = ''] = /^(\d+)-(\d+):(\w+)$/.exec(range) ?? [];
  const count = Number(last) - Number(first) + 1;
  return Array.from({ length: count }, (_, index) => [String(Number(first) + index).padStart(3, '0'), state]);
}

const LAST_WORDS = new Set(Array.from(STATE_SPELLINGS.keys(), (name) => name.slice(name.lastIndexOf(' ') + 1)));

/** True for the last word of any spelling of a state. */
export function endsStateName(word: string): boolean {
  return LAST_WORDS.has(word);
}

/** The state in which a five-digit ZIP code lies, or undefined if its prefix is shared or unassigned. */
export function stateOfZip(zip: string): string | undefined {
  return STATE_BY_PREFIX.get(zip.slice(0, 3));
}
