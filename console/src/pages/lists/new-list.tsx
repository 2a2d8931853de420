/** A new list. */
import { Button, Group, Stack } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useCallback, useState } from 'react';
import { useLocation, useSearchParams } from 'wouter';
import { ErrorNote } from '../../parts/error-note.tsx';
import { PageTitle } from '../../parts/page-title.tsx';
import { client } from '../../server/client.ts';
import { forgetLists } from '../../server/queries.ts';
import { EMPTY_LIST, isWhole, type ListDraft, ListForm, requestFrom } from './list-form.tsx';

export function NewListPage() {
  const [parameters] = useSearchParams();
  const [, navigate] = useLocation();
  const [draft, setDraft] = useState<ListDraft>(() => ({ ...EMPTY_LIST, filter: parameters.get('filter') ?? '' }));
  const change = useCallback((changes: Partial<ListDraft>) => setDraft((before) => ({ ...before, ...changes })), []);
  const create = useMutation({
    mutationFn: () => client.lists.create(requestFrom(draft)),
    onSuccess: async () => {
      await forgetLists();
      navigate('/lists');
    },
  });
  return (
    <>
      <PageTitle title="New list" />
      <Stack maw={860}>
        <ListForm draft={draft} change={change} />
        <ErrorNote error={create.error} />
        <Group>
          <Button onClick={() => create.mutate()} loading={create.isPending} disabled={!isWhole(draft)}>
            Save the list
          </Button>
        </Group>
      </Stack>
    </>
  );
}
