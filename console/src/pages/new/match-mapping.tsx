/** Which column of a customer's file holds what: guessed by the names, shown with cells of the file, and changed where the guess is wrong. */
import { ADDRESS_PARAMETERS, COORDINATE_PARAMETERS, type MatchMapping, type MatchParameter } from '@conveyance/sdk';
import { MultiSelect, SegmentedControl, Select, SimpleGrid, Stack, Table, Text } from '@mantine/core';
import type { MatchTable } from './match-table.ts';

const WORDS: Readonly<Record<MatchParameter, string>> = {
  address_line_1: 'Street and number',
  address_city: 'City',
  address_state: 'State',
  address_postal: 'ZIP code',
  latitude: 'Latitude',
  longitude: 'Longitude',
};
const KINDS = {
  address: { label: 'Addresses', parameters: ADDRESS_PARAMETERS },
  point: { label: 'Coordinates', parameters: COORDINATE_PARAMETERS },
} as const;
export type MappingKind = keyof typeof KINDS;

/** The columns of the kind's parameters, as far as they are chosen. */
export type Choice = Readonly<Partial<Record<MatchParameter, readonly string[]>>>;

export function kindOf({ candidates, parts }: MatchTable['found']): MappingKind {
  const hasAddress = parts.length > 0 || (candidates.get('address_line_1') ?? []).length > 0;
  return !hasAddress && (candidates.get('latitude') ?? []).length > 0 ? 'point' : 'address';
}

/** One candidate each is a guess; of several none is better than another. */
export function guessedChoice({ candidates, parts }: MatchTable['found']): Choice {
  const certain = [...candidates].filter(([, columns]) => columns.length === 1);
  return { ...Object.fromEntries(certain), ...(parts.length > 0 && { address_line_1: parts }) };
}

/** Null while a parameter has no column. */
export function mappingOf(kind: MappingKind, choice: Choice): MatchMapping | null {
  const pairs = KINDS[kind].parameters.map((parameter) => [parameter, choice[parameter] ?? []] as const);
  if (pairs.some(([, columns]) => columns.length === 0)) return null;
  return Object.fromEntries(
    pairs.map(([parameter, columns]) => [parameter, columns.length === 1 ? columns[0] : columns]),
  );
}

interface MappingProps {
  readonly table: MatchTable;
  readonly kind: MappingKind;
  readonly choice: Choice;
  readonly setKind: (kind: MappingKind) => void;
  readonly setChoice: (choice: Choice) => void;
}

function Beginning({ table, choice }: Pick<MappingProps, 'table' | 'choice'>) {
  const used = new Map(
    Object.entries(choice).flatMap(([parameter, columns]) =>
      columns.map((column) => [column, WORDS[parameter as MatchParameter]] as const),
    ),
  );
  return (
    <Table.ScrollContainer minWidth={400} scrollAreaProps={{ viewportProps: { tabIndex: 0 } }}>
      <Table fz="xs" style={{ whiteSpace: 'nowrap' }} aria-label="The beginning of the file">
        <Table.Thead>
          <Table.Tr>
            {table.columns.map((column, at) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: two columns may have the same name
              <Table.Th key={at}>
                {column}
                <Text size="xs" c="dimmed">
                  {used.get(column) ?? 'kept as it is'}
                </Text>
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {table.rows.map((row, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: rows of a file have no other name, and never move
            <Table.Tr key={at}>
              {table.columns.map((_column, cell) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: as above
                <Table.Td key={cell}>{row[cell]}</Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

export function MatchMappingFields({ table, kind, choice, setKind, setChoice }: MappingProps) {
  const names = [...new Set(table.columns)].filter((column) => column !== '');
  const set = (parameter: MatchParameter, columns: readonly string[]) => setChoice({ ...choice, [parameter]: columns });
  return (
    <Stack>
      <SegmentedControl
        aria-label="The file has"
        value={kind}
        onChange={(value) => setKind(value === 'point' ? 'point' : 'address')}
        data={Object.entries(KINDS).map(([value, { label }]) => ({ value, label }))}
        maw="20rem"
      />
      <SimpleGrid cols={{ base: 1, xs: 2 }}>
        {KINDS[kind].parameters.map((parameter) =>
          parameter === 'address_line_1' ? (
            <MultiSelect
              key={parameter}
              label={WORDS[parameter]}
              description="Several columns are joined, in this order."
              data={names}
              value={[...(choice[parameter] ?? [])]}
              onChange={(columns) => set(parameter, columns)}
              required
            />
          ) : (
            <Select
              key={parameter}
              label={WORDS[parameter]}
              description="The column that has it."
              data={names}
              value={choice[parameter]?.[0] ?? null}
              onChange={(column) => set(parameter, column === null ? [] : [column])}
              required
            />
          ),
        )}
      </SimpleGrid>
      <Beginning
        table={table}
        choice={Object.fromEntries(KINDS[kind].parameters.map((each) => [each, choice[each] ?? []]))}
      />
    </Stack>
  );
}
