/** Records whose every value says where it stands, made from the declarations: a value that shows up where it must not is recognized. */
import { isScalar } from '../../src/core/column-types.ts';
import type { ScalarType } from '../../src/core/columns.ts';
import { type DetailColumn, type DetailNode, isList } from '../../src/reports/details/detail.ts';
import { PARTY_KINDS } from '../../src/reports/details/parties.ts';

const COUNT = 7;
const VALUES: Readonly<Record<Exclude<ScalarType, 'text' | 'count'>, unknown>> = {
  id: 7,
  number: 7.5,
  money: 7.25,
  fraction: 0.5,
  boolean: true,
  date: '2024-05-17',
  instant: '2024-05-17T12:00:00Z',
};

/** Who all the parties are that a record speaks of. */
export type Parties = 'individual' | 'company' | null;

/** Of companies: where a name decides, theirs says so. */
export const FORM = 'LLC';

function canaryText(path: string, parties: Parties): string {
  return parties === 'company' ? `canary ${path} ${FORM}` : `canary ${path}`;
}

function textValue({ oneOf }: DetailColumn, path: string, parties: Parties): unknown {
  if (oneOf === PARTY_KINDS) return parties;
  return oneOf?.[0] ?? canaryText(path, parties);
}

function canaryOf(column: DetailColumn, path: string, parties: Parties): unknown {
  const { type, fields } = column;
  if (fields !== undefined) {
    const record = Object.fromEntries(
      fields.map((field) => [field.name, canaryOf(field, `${path}.${field.name}`, parties)]),
    );
    return isList(column) ? [record] : record;
  }
  if (isList(column)) return [canaryText(path, parties)];
  if (!isScalar(type)) throw new TypeError(`${path} has parts that are not declared`);
  if (type === 'text') return textValue(column, path, parties);
  return type === 'count' ? Math.max(column.min ?? 0, COUNT) : VALUES[type];
}

export function canaryRecord(node: DetailNode, parties: Parties): Record<string, unknown> {
  return Object.fromEntries(
    node.columns.map((column) => [column.name, canaryOf(column, `${node.name}.${column.name}`, parties)]),
  );
}

export interface Leaf {
  readonly path: string;
  /** True when the value, or what it is a part of, is to be left out with the parties. */
  readonly isPersonal: (parties: Parties) => boolean;
}

/** Every text of a record that is shown, with what the declarations say of it. */
export function leavesOf(node: DetailNode): readonly Leaf[] {
  const walk = (column: DetailColumn, path: string, within: Leaf['isPersonal']): readonly Leaf[] => {
    const own = (parties: Parties) => {
      if (column.pii !== 'direct') return false;
      return column.personalWhere === undefined || parties !== 'company';
    };
    // A condition on the whole also decides on its parts.
    const decided = column.personalWhere !== undefined;
    const isPersonal = (parties: Parties) => within(parties) || own(parties);
    if (column.fields !== undefined) {
      return column.fields.flatMap((field) =>
        walk(decided ? { ...field, pii: 'none' } : field, `${path}.${field.name}`, isPersonal),
      );
    }
    const isText = column.type === 'text' || isList(column);
    return isText && column.oneOf === undefined ? [{ path, isPersonal }] : [];
  };
  return node.columns
    .filter(({ isShown }) => isShown)
    .flatMap((column) => walk(column, `${node.name}.${column.name}`, () => false));
}
