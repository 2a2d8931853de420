/** One list: renamed, given other properties, deleted. */
import type { SavedList } from '@conveyance/sdk';
import { Alert, Button, Code, Group, Skeleton, Stack, Text } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useCallback, useState } from 'react';
import { Link, useLocation } from 'wouter';
import { ErrorNote } from '../../parts/error-note.tsx';
import { ListCount } from '../../parts/list-picker.tsx';
import { PageTitle } from '../../parts/page-title.tsx';
import { client } from '../../server/client.ts';
import { forgetLists, listQuery, listsQuery, queryClient, sessionQuery } from '../../server/queries.ts';
import { formatNumber } from '../../text/format.ts';
import { changesFrom, isWhole, type ListDraft, ListForm } from './list-form.tsx';

function draftOf({ name, filter, property_ids: ids }: SavedList): ListDraft {
  return { name, kind: filter === null ? 'ids' : 'filter', filter: filter ?? '', ids: ids ?? [] };
}

function DeleteList({ list }: { readonly list: SavedList }) {
  const [, navigate] = useLocation();
  const [isAsking, setAsking] = useState(false);
  const remove = useMutation({
    mutationFn: () => client.lists.delete(list.list_id),
    onSuccess: () => {
      navigate('/lists');
      // Nothing else: what this page shows of it would be asked for once more, in vain.
      return queryClient.invalidateQueries({ queryKey: listsQuery.queryKey });
    },
  });
  if (!isAsking) {
    return (
      <Button variant="default" onClick={() => setAsking(true)}>
        Delete
      </Button>
    );
  }
  return (
    <Alert variant="outline" color="red" title={`Delete ${list.name}?`} w="100%">
      <Text size="sm" mb="sm">
        Exports that were made by it stay.
      </Text>
      <ErrorNote error={remove.error} />
      <Group gap="xs" mt="xs">
        <Button size="compact-sm" onClick={() => remove.mutate()} loading={remove.isPending}>
          Delete it
        </Button>
        <Button size="compact-sm" variant="default" onClick={() => setAsking(false)}>
          Leave it
        </Button>
      </Group>
    </Alert>
  );
}

function EditList({ list }: { readonly list: SavedList }) {
  const [, navigate] = useLocation();
  const [begin] = useState(() => draftOf(list));
  const [draft, setDraft] = useState(begin);
  const change = useCallback((changes: Partial<ListDraft>) => setDraft((before) => ({ ...before, ...changes })), []);
  const save = useMutation({
    mutationFn: () => client.lists.change(list.list_id, changesFrom(begin, draft)),
    onSuccess: async () => {
      await forgetLists();
      navigate('/lists');
    },
  });
  return (
    <Stack>
      <ListForm draft={draft} change={change} />
      <Text size="sm" c="dimmed">
        Exports that were made stay as they are; schedules that use the list export what it holds by each of their runs.
      </Text>
      <ErrorNote error={save.error} />
      <Group>
        <Button onClick={() => save.mutate()} loading={save.isPending} disabled={!isWhole(draft)}>
          Save the list
        </Button>
        <DeleteList list={list} />
      </Group>
    </Stack>
  );
}

function Content({ list: { filter, property_count: count } }: { readonly list: SavedList }) {
  if (filter !== null) return <Code style={{ overflowWrap: 'anywhere' }}>{filter}</Code>;
  return (
    <Text>
      {formatNumber(count ?? 0)} {count === 1 ? 'id' : 'ids'}
    </Text>
  );
}

export function EditListPage({ id }: { readonly id: string }) {
  const { data: list, error } = useQuery(listQuery(id));
  const { data: session } = useQuery(sessionQuery);
  const mayChange = session?.role === 'member';
  return (
    <>
      <PageTitle title={list?.name ?? 'List'}>
        {mayChange && list !== undefined && (
          <Button component={Link} href={`/new?${new URLSearchParams({ list: list.name }).toString()}`}>
            Export this list
          </Button>
        )}
      </PageTitle>
      <ErrorNote error={error} />
      {list === undefined && error === null && <Skeleton h={320} />}
      {list !== undefined && (
        <Stack maw={860}>
          {/* Of a filter the form tells it, as it is typed. */}
          {(list.filter === null || !mayChange) && <ListCount list={list.list_id} />}
          {mayChange ? <EditList key={list.updated_at} list={list} /> : <Content list={list} />}
        </Stack>
      )}
    </>
  );
}
