/** One of the saved lists, or everything. */
import { Select, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { listCountQuery, listsQuery } from '../server/queries.ts';
import { formatNumber } from '../text/format.ts';
import { ErrorNote } from './error-note.tsx';

/** As the server calls everything that the account may see. */
const ALL = '@all';

/** How many properties it means now, in words. */
export function ListCount({ list }: { readonly list: string }) {
  const { data, error } = useQuery(listCountQuery({ property_list: list }));
  if (error !== null) return <ErrorNote error={error} />;
  if (data === undefined) return <Text size="sm">Counting…</Text>;
  return (
    <Text size="sm" role="status">
      {formatNumber(data.count)} {data.count === 1 ? 'property' : 'properties'} now
      {data.left_out > 0 && `; ${formatNumber(data.left_out)} of its ids are left out, because they are gone`}
    </Text>
  );
}

interface PickerProps {
  /** Its name, or `@all`; null for none. */
  readonly list: string | null;
  readonly choose: (list: string | null) => void;
  readonly label: string;
  /** What it means to choose none; without it, one has to be chosen. */
  readonly none?: string;
}

export function ListPicker({ list, choose, label, none }: PickerProps) {
  const { data, error } = useQuery(listsQuery);
  const saved = data?.lists.map(({ name }) => ({ value: name, label: name })) ?? [];
  const choices = [
    ...(none === undefined ? [] : [{ value: '', label: none }]),
    { value: ALL, label: 'Everything that you may see' },
    ...saved,
  ];
  return (
    <>
      <ErrorNote error={error} />
      <Select
        label={label}
        data={choices}
        value={list ?? (none === undefined ? null : '')}
        onChange={(value) => choose(value === '' ? null : value)}
        allowDeselect={false}
        searchable
        maw="24rem"
      />
      {list !== null && <ListCount list={list} />}
    </>
  );
}
