/** From a search to the rows that it finds. Pure: the same conditions, version and grants give the same plan. */
import type { Column } from '../core/columns.ts';
import {
  allOf,
  anyOf,
  coalesced,
  column,
  columnsRead,
  compared,
  type Expression,
  negated,
  parameter,
  RECORD,
} from '../core/plan/expression.ts';
import type { Join } from '../core/plan/rows.ts';
import type { Grants } from '../core/ports/database/accounts.ts';
import type { DataVersion } from '../core/ports/database/warehouse.ts';
import type { ExportPlan, Parameters, Query, SourceTable } from '../core/ports/engine.ts';
import { PROPERTY_COLUMNS } from './compile-details.ts';
import { BASIC, UPDATE_TIMES } from './details/basic.ts';
import { detailStoredColumns } from './details/catalogue.ts';
import { DETAIL_SOURCES, type DetailColumn, type DetailSource } from './details/detail.ts';
import type { SearchCondition, SearchSetting } from './details/search-settings.ts';
import { type Steps, widenedRanges } from './details/search-steps.ts';
import { changeJoins, updateParameters } from './details/update-days.ts';
import { GRANTED, grantedInputs, idTable, isListed } from './granted.ts';
import { inputTable } from './requested.ts';

/** A line of the result: the property's UUID and the days of its updates. */
const SHOWN: readonly DetailColumn[] = [...BASIC.columns.filter(({ name }) => name === 'id'), ...UPDATE_TIMES];
export const SEARCH_COLUMNS: readonly Column[] = SHOWN;

/** What a condition may compare besides the property itself: its latest record in a table. Records without a day count as older than those with one. */
const LATEST: readonly (Extract<Join, { readonly kind: 'first' }> & { readonly table: DetailSource })[] = [
  latestOf('sales', 's', coalesced(column(RECORD, 'sale_date'), column(RECORD, 'recording_date'))),
  latestOf('mortgages', 'm', column(RECORD, 'recording_date')),
];

function latestOf(table: DetailSource, as: string, day: Expression): (typeof LATEST)[number] {
  const key = DETAIL_SOURCES[table].map((name) => ({ value: column(RECORD, name), direction: 'ASC' }) as const);
  return { kind: 'first', table, as, order: [{ value: day, direction: 'DESC' }, ...key] };
}

/** Of properties that the account has paid for this month. */
const PAID = 'paid';

type Inputs = ExportPlan['inputs'];

interface Condition {
  readonly where: readonly Expression[];
  readonly inputs: Inputs;
  readonly parameters: Parameters;
}

type Operator = '>=' | '<=' | '<';

/** The value, compared with each bound that there is. */
function bounded({ name, expression, kind }: SearchSetting, bounds: Readonly<Record<string, Bound>>): Condition {
  const type = kind === 'days' ? 'date' : 'number';
  const given = Object.entries(bounds).filter(([, { bound }]) => bound !== null);
  return {
    where: given.map(([word, { operator }]) => compared(expression, operator, parameter(`${name}_${word}`, type))),
    inputs: {},
    // As text: a whole number is passed as one of 64 bits, and most numbers that JSON can express do not fit.
    parameters: Object.fromEntries(given.map(([word, { bound }]) => [`${name}_${word}`, String(bound)])),
  };
}

interface Bound {
  readonly operator: Operator;
  readonly bound: number | string | null;
}

function conditionOf(condition: SearchCondition): Condition {
  const { name, expression } = condition.setting;
  switch (condition.kind) {
    case 'texts': {
      const input = `setting_${name}`;
      const values = inputTable([{ name: 'value', type: 'text' }], condition.values.length, (index) => [
        condition.values[index] ?? '',
      ]);
      return {
        where: [{ node: 'listed', value: expression, input, column: 'value', ignoreCase: true }],
        inputs: { [input]: values },
        parameters: {},
      };
    }
    case 'numbers':
    case 'days':
      return bounded(condition.setting, {
        min: { operator: '>=', bound: condition.min },
        max: { operator: '<=', bound: condition.max },
      });
    case 'flag':
      return {
        where: [compared(expression, '=', parameter(name, 'boolean'))],
        inputs: {},
        parameters: { [name]: condition.value },
      };
  }
}

/**
 * The conditions that hold for everyone, in steps where that is asked for; and that those which the steps made wider hold exactly, unless the
 * property is not paid for. A property that meets a condition exactly is in its steps too: nothing that was asked for is left out.
 */
function conditionsOf(conditions: readonly SearchCondition[], steps: Steps | null): readonly Condition[] {
  if (steps === null) return conditions.map(conditionOf);
  const widened = new Map(widenedRanges(conditions).map((range) => [range.setting, range] as const));
  const wide = conditions.map((condition) => {
    const range = widened.get(condition.setting);
    if (range === undefined) return conditionOf(condition);
    return bounded(range.setting, {
      from: { operator: '>=', bound: range.from },
      below: { operator: '<', bound: range.below },
    });
  });
  const { paid } = steps;
  if (widened.size === 0 || paid.length === 0) return wide;
  const exact = conditions.filter(({ setting }) => widened.has(setting)).map(conditionOf);
  const where = [anyOf(negated(isListed('p', PAID)), allOf(...exact.flatMap((each) => each.where)))];
  const parameters = Object.assign({}, ...exact.map((each) => each.parameters));
  return [...wide, { where, inputs: { [PAID]: idTable(paid) }, parameters }];
}

/** True of the properties that the account may see. */
export function visibleTo(grants: Grants): { readonly where: readonly Expression[]; readonly inputs: Inputs } {
  if (grants === 'all') return { where: [], inputs: {} };
  return { where: [isListed('p', GRANTED)], inputs: grantedInputs(grants) };
}

/**
 * All properties that the account may see and that meet every condition, by property id.
 *
 * @param steps in which the conditions are answered; null: exactly.
 */
export function compileSearch(
  conditions: readonly SearchCondition[],
  version: DataVersion,
  grants: Grants,
  steps: Steps | null = null,
): ExportPlan {
  const values = conditions.map(({ setting }) => setting.expression);
  const shown = SHOWN.map(({ expression }) => expression);
  const joins = [...LATEST.filter(({ as }) => columnsRead(as, values).size > 0), ...changeJoins([...values, ...shown])];
  const parts = conditionsOf(conditions, steps);
  const visible = visibleTo(grants);
  const sourceTable = (table: string, columns: SourceTable['columns']) =>
    [table, { columns, files: version.tables[table] ?? [] }] as const;
  return {
    tables: Object.fromEntries([
      sourceTable('properties', PROPERTY_COLUMNS),
      ...joins.map(({ table }) => sourceTable(table, detailStoredColumns(table))),
    ]),
    inputs: Object.assign({}, ...parts.map(({ inputs }) => inputs), visible.inputs),
    parameters: Object.assign(updateParameters(version), ...parts.map(({ parameters }) => parameters)),
    rows: {
      requested: null,
      table: 'properties',
      as: 'p',
      rowsPerProperty: 'one',
      bound: null,
      joins,
      where: [...parts.flatMap(({ where }) => where), ...visible.where],
      order: [],
      columns: SHOWN.map(({ name, type, expression }) => ({ name, type, value: expression })),
    },
    columns: SEARCH_COLUMNS,
  };
}

export interface SearchPage {
  /** Only properties with greater ids; 0 for the first page. */
  readonly after: number;
  readonly limit: number;
}

/**
 * A page of the same properties: rows (count, property_id, id, …), where `count` is that of all properties found. If the page has
 * none there is one row, in which everything but `count` is null.
 */
export function compileSearchPage(
  conditions: readonly SearchCondition[],
  version: DataVersion,
  grants: Grants,
  page: SearchPage,
  steps: Steps | null = null,
): Query {
  const { rows, columns: _columns, ...sources } = compileSearch(conditions, version, grants, steps);
  return { ...sources, question: { ask: 'page', rows, ...page } };
}
