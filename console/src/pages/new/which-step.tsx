/** Which properties: found by place or name, or given by their ids. */
import type { PropertySummary } from '@conveyance/sdk';
import { Badge, Button, Checkbox, Group, Skeleton, Stack, Table, Tabs, Text, Textarea, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { ErrorNote } from '../../parts/error-note.tsx';
import { client } from '../../server/client.ts';
import { formatNumber } from '../../text/format.ts';
import { type Draft, idsIn, TYPING_MS } from './draft.ts';

const FOUND_SHOWN = 100;

interface StepProps {
  readonly draft: Draft;
  readonly change: (changes: Partial<Draft>) => void;
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

function Found({ properties, draft, change }: StepProps & { readonly properties: readonly PropertySummary[] }) {
  const chosen = new Set(draft.ids);
  const set = (ids: readonly number[], isChosen: boolean) => {
    const next = new Set(draft.ids);
    for (const id of ids) {
      if (isChosen) next.add(id);
      else next.delete(id);
    }
    change({ ids: [...next] });
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

function Search({ draft, change }: StepProps) {
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
      {data !== undefined && count > 0 && <Found properties={data.properties} draft={draft} change={change} />}
    </Stack>
  );
}

function Paste({ change }: Pick<StepProps, 'change'>) {
  const [text, setText] = useState('');
  const set = (value: string) => {
    setText(value);
    change({ ids: idsIn(value) });
  };
  return (
    <Textarea
      mt="sm"
      label="Property ids"
      description="Separated by anything: a column of a spreadsheet will do."
      autosize
      minRows={6}
      maxRows={14}
      value={text}
      onChange={({ currentTarget }) => set(currentTarget.value)}
    />
  );
}

export function WhichStep({ draft, change }: StepProps) {
  return (
    <Stack>
      <Group>
        <Badge variant="dot" tt="none" fw={500}>
          {formatNumber(draft.ids.length)} chosen
        </Badge>
        {draft.ids.length > 0 && (
          <Button size="compact-sm" variant="default" onClick={() => change({ ids: [] })}>
            Choose none
          </Button>
        )}
      </Group>
      <Tabs defaultValue="search" keepMounted={false}>
        <Tabs.List>
          <Tabs.Tab value="search">Search</Tabs.Tab>
          <Tabs.Tab value="paste">Paste ids</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="search">
          <Search draft={draft} change={change} />
        </Tabs.Panel>
        <Tabs.Panel value="paste">
          <Paste change={change} />
        </Tabs.Panel>
      </Tabs>
    </Stack>
  );
}
