/** What is chosen, under a name: for the next export. */
import { Button, Group, Popover, Stack, Text, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { ErrorNote } from '../../parts/error-note.tsx';
import { client } from '../../server/client.ts';
import { forgetLists } from '../../server/queries.ts';

export function SaveAsList({ ids }: { readonly ids: readonly number[] }) {
  const [isOpen, setOpen] = useState(false);
  const [name, setName] = useState('');
  const save = useMutation({
    mutationFn: () => client.lists.create({ name: name.trim(), property_ids: ids }),
    onSuccess: async () => {
      setOpen(false);
      await forgetLists();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate();
  };
  return (
    <>
      <Popover opened={isOpen} onChange={setOpen} trapFocus returnFocus withinPortal={false} width={280}>
        <Popover.Target>
          <Button size="compact-sm" variant="default" onClick={() => setOpen(!isOpen)}>
            Save as list
          </Button>
        </Popover.Target>
        <Popover.Dropdown aria-label="Save as list">
          <form onSubmit={submit}>
            <Stack gap="xs">
              <TextInput
                label="Name of the list"
                value={name}
                onChange={({ currentTarget }) => setName(currentTarget.value)}
                data-autofocus
              />
              <ErrorNote error={save.error} />
              <Group>
                <Button type="submit" size="compact-sm" loading={save.isPending} disabled={name.trim() === ''}>
                  Save
                </Button>
              </Group>
            </Stack>
          </form>
        </Popover.Dropdown>
      </Popover>
      {save.data !== undefined && !isOpen && (
        <Text size="sm" role="status">
          Saved as {save.data.name}
        </Text>
      )}
    </>
  );
}
