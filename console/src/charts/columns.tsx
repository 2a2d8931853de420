/** What stands in each column of a result. */
import type { ResultSummary, SummaryColumn, SummaryDistribution } from '@conveyance/sdk';
import { Table, Text } from '@mantine/core';
import { formatNumber, PERCENT } from '../text/format.ts';
import { counted, formatFigure } from '../text/units.ts';

const WIDTH = 120;
const HEIGHT = 24;

function asRead(value: number | string, unit: string | null): string {
  return typeof value === 'number' ? formatFigure(value, unit ?? 'number') : value;
}

function Bins({
  bins,
  unit,
}: {
  readonly bins: NonNullable<SummaryDistribution['bins']>;
  readonly unit: string | null;
}) {
  const most = Math.max(1, ...bins.map(({ rows }) => rows));
  const width = WIDTH / bins.length;
  const [fullest] = bins.toSorted((left, right) => right.rows - left.rows);
  const label =
    fullest === undefined ? '' : `Most rows lie from ${asRead(fullest.from, unit)} to ${asRead(fullest.to, unit)}`;
  return (
    <svg width={WIDTH} height={HEIGHT} role="img" aria-label={label}>
      <title>{label}</title>
      {bins.map(({ from, rows }, at) => {
        // Few are still some.
        const height = rows === 0 ? 0 : Math.max(1, (rows / most) * HEIGHT);
        return (
          <rect
            key={from}
            x={at * width}
            y={HEIGHT - height}
            width={Math.max(1, width - 1)}
            height={height}
            className="bar series-0"
          />
        );
      })}
    </svg>
  );
}

const MOST_VALUES = 3;

/** The most frequent ones, with their share of all rows. */
function Values({
  values,
  rows,
}: {
  readonly values: NonNullable<SummaryDistribution['values']>;
  readonly rows: number;
}) {
  return (
    <ul className="plain-list frequent">
      {values.slice(0, MOST_VALUES).map(({ value, rows: count }) => (
        <li key={value} title={value}>
          <span className="cut">{value === '' ? '(empty)' : value}</span>
          <span>{Math.round((count / rows) * PERCENT)}&nbsp;%</span>
        </li>
      ))}
    </ul>
  );
}

function Spread({ column, rows }: { readonly column: SummaryColumn; readonly rows: number }) {
  const { distribution, unit } = column;
  if (distribution?.bins) return <Bins bins={distribution.bins} unit={shownUnit(column, unit)} />;
  if (distribution?.values) return <Values values={distribution.values} rows={rows} />;
  return null;
}

function shownUnit({ type }: SummaryColumn, unit: string | null): string | null {
  // A year is no count of anything: 1,987 would be one.
  return type === 'fraction' ? 'fraction' : unit;
}

/** Numbers as people read them; years, ids and texts as they are. */
function endOf(column: SummaryColumn, value: string | null): string {
  if (value === null) return '';
  const isNumber = ['money', 'fraction', 'number', 'count'].includes(column.type) && column.unit !== 'year';
  return isNumber ? formatFigure(Number(value), shownUnit(column, column.unit) ?? 'number') : value;
}

export function Columns({ summary }: { readonly summary: ResultSummary }) {
  const { rows, columns, columns_left_out: leftOut } = summary;
  return (
    <>
      <Text size="sm" mb="xs">
        {counted(columns.length, 'column', 'columns')} of {counted(rows, 'row', 'rows')}
        {leftOut > 0 &&
          `; ${counted(leftOut, 'more column', 'more columns')} of your file are not looked at: it has too many values`}
      </Text>
      <Table.ScrollContainer minWidth={760} maxHeight={560} scrollAreaProps={{ viewportProps: { tabIndex: 0 } }}>
        <Table stickyHeader fz="sm" aria-label="Columns">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Column</Table.Th>
              <Table.Th>Type</Table.Th>
              <Table.Th className="number">Empty</Table.Th>
              <Table.Th>Least</Table.Th>
              <Table.Th>Greatest</Table.Th>
              <Table.Th className="number">Different</Table.Th>
              <Table.Th>Spread</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {columns.map((column, at) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a customer's file may have two columns of the same name
              <Table.Tr key={at}>
                <Table.Td className="mono">{column.name}</Table.Td>
                <Table.Td>{column.type}</Table.Td>
                <Table.Td className="number">
                  {rows === 0 || column.nulls === 0
                    ? ''
                    : `${formatNumber(Math.ceil((column.nulls / rows) * PERCENT))} %`}
                </Table.Td>
                <Table.Td>
                  <span className="cell short">{endOf(column, column.least)}</span>
                </Table.Td>
                <Table.Td>
                  <span className="cell short">{endOf(column, column.greatest)}</span>
                </Table.Td>
                <Table.Td className="number">
                  {column.distinct_is_estimate && column.distinct > 0 ? '≈ ' : ''}
                  {formatNumber(column.distinct)}
                </Table.Td>
                <Table.Td>
                  <Spread column={column} rows={rows} />
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </>
  );
}
