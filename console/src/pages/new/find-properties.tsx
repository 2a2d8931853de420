/** Properties found by place or name. */
import type { PropertySummary } from '@conveyance/sdk';
import { Button, Checkbox, Group, Skeleton, Stack, Table, Text, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
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

interface Place {
  readonly name: string;
  readonly city: string;
  readonly state: string;
}

function useFound(place: Place) {
  const [{ name, city, state }] = useDebouncedValue(place, TYPING_MS);
  const words = { ...(name && { name }), ...(city && { city }), ...(state && { state }) };
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
            <Table.Th className="number">Units</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {properties.map(({ id, property_name: name, address, city, state, unit_count: units }) => (
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

/** All that are found, now and later, also those that are not shown. */
function SaveSearch({ place, properties }: { readonly place: Place; readonly properties: readonly PropertySummary[] }) {
  const filter = filterOf(place, properties);
  if (filter === null) return null;
  return (
    <Group>
      <Button
        component={Link}
        href={`/lists/new?${new URLSearchParams({ filter }).toString()}`}
        size="compact-sm"
        variant="default"
      >
        Save the search as a list
      </Button>
    </Group>
  );
}

export function FindProperties({ ids, setIds }: SearchProps) {
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
          {count > FOUND_SHOWN && `, the first ${FOUND_SHOWN} are shown: narrow the search, or paste the ids.`}
        </Text>
      )}
      {data !== undefined && count > 0 && <Found properties={data.properties} ids={ids} setIds={setIds} />}
      {data !== undefined && <SaveSearch place={place} properties={data.properties} />}
    </Stack>
  );
}
