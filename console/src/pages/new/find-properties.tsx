/** Properties found by place or name. */
import type { PropertySummary } from '@conveyance/sdk';
import { Button, Checkbox, Group, Skeleton, Stack, Table, Text, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useMutation, useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { Link } from 'wouter';
import { ErrorNote } from '../../parts/error-note.tsx';
import { client } from '../../server/client.ts';
import { formatNumber } from '../../text/format.ts';
import { TYPING_MS } from './draft.ts';

const FOUND_SHOWN = 100;

interface SearchProps {
  readonly ids: readonly number[];
  readonly setIds: (ids: readonly number[]) => void;
}

interface FindProps extends SearchProps {
  /** What is shown of the properties that are found, below their table. */
  readonly picture?: (properties: readonly PropertySummary[]) => ReactNode;
}

interface Place {
  readonly name: string;
  readonly city: string;
  readonly state: string;
}

function wordsOf({ name, city, state }: Place) {
  return { ...(name && { name }), ...(city && { city }), ...(state && { state }) };
}

function useFound(place: Place) {
  const [settled] = useDebouncedValue(place, TYPING_MS);
  const words = wordsOf(settled);
  return useQuery({
    queryKey: ['properties', words],
    queryFn: ({ signal }) => client.properties.lookup({ ...words, per_page: FOUND_SHOWN }, { signal }),
    enabled: Object.keys(words).length > 0,
    placeholderData: keepPreviousData,
  });
}

function Found({ properties, ids: before, setIds }: SearchProps & { readonly properties: readonly PropertySummary[] }) {
  const chosen = new Set(before);
  const set = (ids: readonly number[], isChosen: boolean) => {
    const next = new Set(before);
    for (const id of ids) {
      if (isChosen) next.add(id);
      else next.delete(id);
    }
    setIds([...next]);
  };
  const all = properties.map(({ id }) => id);
  return (
    <Table.ScrollContainer minWidth={480} maxHeight={360} scrollAreaProps={{ viewportProps: { tabIndex: 0 } }}>
      <Table stickyHeader>
        <Table.Thead>
          <Table.Tr>
            <Table.Th w={40}>
              <Checkbox
                aria-label="All that are shown"
                checked={all.every((id) => chosen.has(id))}
                onChange={({ currentTarget }) => set(all, currentTarget.checked)}
              />
            </Table.Th>
            <Table.Th>Property</Table.Th>
            <Table.Th>Address</Table.Th>
            <Table.Th>Class</Table.Th>
            <Table.Th className="number">Built</Table.Th>
            <Table.Th className="number">Units</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {properties.map(({ id, property_name: name, address, city, state, unit_count: units, ...more }) => (
            <Table.Tr key={id}>
              <Table.Td>
                <Checkbox
                  aria-label={`${name ?? 'Property'} ${id}`}
                  checked={chosen.has(id)}
                  onChange={({ currentTarget }) => set([id], currentTarget.checked)}
                />
              </Table.Td>
              <Table.Td>{name ?? id}</Table.Td>
              <Table.Td>{[address, city, state].filter((part) => part !== null).join(', ')}</Table.Td>
              <Table.Td>{more.property_class}</Table.Td>
              <Table.Td className="number">{more.year_built}</Table.Td>
              <Table.Td className="number">{units === null ? '' : formatNumber(units)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** The same as a filter of a list, where it can be said in one: places by the spelling that the properties have. */
function filterOf({ name, city, state }: Place, [first]: readonly PropertySummary[]): string | null {
  if (name !== '' || first === undefined) return null;
  const parts = [
    ...(state !== '' && first.state !== null ? [`state = ${quoted(first.state)}`] : []),
    ...(city !== '' && first.city !== null ? [`city = ${quoted(first.city)}`] : []),
  ];
  return parts.length === 0 ? null : parts.join(' AND ');
}

/** More are a list, or a filter. */
const MOST_CHOSEN = 5_000;

async function idsOfAll(place: Place, pages: number): Promise<readonly number[]> {
  const ids: number[] = [];
  for (let page = 1; page <= pages; page++) {
    const { properties } = await client.properties.lookup({ ...wordsOf(place), page, per_page: FOUND_SHOWN });
    ids.push(...properties.map(({ id }) => id));
  }
  return ids;
}

/** Whoever ticks all that are shown may believe to have all. */
function ChooseAll({
  place,
  count,
  ids: before,
  setIds,
}: SearchProps & { readonly place: Place; readonly count: number }) {
  const choose = useMutation({
    mutationFn: () => idsOfAll(place, Math.ceil(count / FOUND_SHOWN)),
    onSuccess: (found) => setIds([...new Set([...before, ...found])]),
  });
  if (count <= FOUND_SHOWN || count > MOST_CHOSEN) return null;
  return (
    <>
      <Button size="compact-sm" variant="default" loading={choose.isPending} onClick={() => choose.mutate()}>
        Choose all {formatNumber(count)}
      </Button>
      <ErrorNote error={choose.error} />
    </>
  );
}

/** All that are found, now and later, also those that are not shown. */
function SaveSearch({ place, properties }: { readonly place: Place; readonly properties: readonly PropertySummary[] }) {
  const filter = filterOf(place, properties);
  if (filter === null) return null;
  return (
    <Button
      component={Link}
      href={`/lists/new?${new URLSearchParams({ filter }).toString()}`}
      size="compact-sm"
      variant="default"
    >
      Save the search as a list
    </Button>
  );
}

export function FindProperties({ ids, setIds, picture }: FindProps) {
  const [place, setPlace] = useState<Place>({ name: '', city: '', state: '' });
  const { data, error, isFetching } = useFound(place);
  const field = (name: keyof Place, label: string, placeholder: string) => (
    <TextInput
      label={label}
      placeholder={placeholder}
      value={place[name]}
      onChange={({ currentTarget: { value } }) => setPlace((before) => ({ ...before, [name]: value }))}
    />
  );
  const count = data?.pagination.total_count ?? 0;
  return (
    <Stack mt="sm">
      <Group align="end">
        {field('state', 'State', 'Texas')}
        {field('city', 'City', 'Austin')}
        {field('name', 'Name', 'part of it')}
      </Group>
      <ErrorNote error={error} />
      {data === undefined && isFetching && <Skeleton h={200} />}
      {data !== undefined && (
        <Text size="sm" role="status">
          {count === 0 ? 'Nothing found.' : `${formatNumber(count)} found`}
          {count > FOUND_SHOWN && `, the first ${FOUND_SHOWN} are shown`}
        </Text>
      )}
      {data !== undefined && count > 0 && <Found properties={data.properties} ids={ids} setIds={setIds} />}
      {data !== undefined && count > 0 && (
        <Group>
          <ChooseAll place={place} count={count} ids={ids} setIds={setIds} />
          <SaveSearch place={place} properties={data.properties} />
        </Group>
      )}
      {data !== undefined && count > 0 && picture?.(data.properties)}
    </Stack>
  );
}
