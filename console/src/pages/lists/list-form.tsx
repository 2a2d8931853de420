/** What a list is called and holds: a filter that is counted while one types, or ids that are found, pasted or dropped. */
import type { SavedListChanges, SavedListCountRequest, SavedListRequest } from '@conveyance/sdk';
import { Anchor, Paper, Stack, Tabs, Text, Textarea, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useCallback } from 'react';
import { ErrorNote } from '../../parts/error-note.tsx';
import { listCountQuery } from '../../server/queries.ts';
import { formatNumber } from '../../text/format.ts';
import { TYPING_MS } from '../new/draft.ts';
import { FindProperties } from '../new/find-properties.tsx';
import { PasteIds, UploadIds } from '../new/given-ids.tsx';

export interface ListDraft {
  readonly name: string;
  readonly kind: 'filter' | 'ids';
  readonly filter: string;
  readonly ids: readonly number[];
}

export const EMPTY_LIST: ListDraft = { name: '', kind: 'filter', filter: '', ids: [] };

export function isWhole({ name, kind, filter, ids }: ListDraft): boolean {
  return name.trim() !== '' && (kind === 'filter' ? filter.trim() !== '' : ids.length > 0);
}

export function requestFrom({ name, kind, filter, ids }: ListDraft): SavedListRequest {
  return { name: name.trim(), ...(kind === 'filter' ? { filter: filter.trim() } : { property_ids: ids }) };
}

/** What of a list is another now: ids that were not touched are not sent again. */
export function changesFrom(begin: ListDraft, draft: ListDraft): SavedListChanges {
  if (draft.kind === 'ids' && draft.ids === begin.ids) return { name: draft.name.trim() };
  return requestFrom(draft);
}

function Count({ asked }: { readonly asked: SavedListCountRequest }) {
  const { data, error } = useQuery({ ...listCountQuery(asked), placeholderData: keepPreviousData });
  if (error !== null) return <ErrorNote error={error} />;
  return (
    <Paper withBorder p="md" role="status">
      <Text fw={600} style={{ fontVariantNumeric: 'tabular-nums' }}>
        {data === undefined ? '…' : `${formatNumber(data.count)} ${data.count === 1 ? 'property' : 'properties'} now`}
      </Text>
    </Paper>
  );
}

interface FormProps {
  readonly draft: ListDraft;
  readonly change: (changes: Partial<ListDraft>) => void;
}

function Filter({ draft, change }: FormProps) {
  const [filter] = useDebouncedValue(draft.filter.trim(), TYPING_MS);
  return (
    <Stack mt="sm">
      <Textarea
        label="Filter"
        description="Judged each time the list is used: what is bought or built later belongs to it."
        placeholder="state = 'TX' AND unit_count >= 50"
        autosize
        minRows={2}
        maxRows={10}
        value={draft.filter}
        onChange={({ currentTarget }) => change({ filter: currentTarget.value })}
      />
      <Text size="sm">
        By property_name, address, city, state, zip_code, latitude, longitude, unit_count, year_built and
        property_class.{' '}
        <Anchor href="/docs/exports#lists-of-properties" underline="always" inherit>
          How filters are written
        </Anchor>
      </Text>
      {filter !== '' && <Count asked={{ filter }} />}
    </Stack>
  );
}

const TABS = [
  ['filter', 'Filter'],
  ['search', 'Search'],
  ['paste', 'Paste ids'],
  ['upload', 'Upload'],
] as const;

export function ListForm({ draft, change }: FormProps) {
  const setIds = useCallback((ids: readonly number[]) => change({ ids, kind: 'ids' }), [change]);
  const open = (tab: string | null) => change({ kind: tab === 'filter' ? 'filter' : 'ids' });
  return (
    <Stack>
      <TextInput
        label="Name"
        description="Your own word for it."
        placeholder="Texas"
        maw="24rem"
        value={draft.name}
        onChange={({ currentTarget }) => change({ name: currentTarget.value })}
      />
      <Tabs defaultValue={draft.kind === 'filter' ? 'filter' : 'search'} onChange={open} keepMounted={false}>
        <Tabs.List className="one-line">
          {TABS.map(([value, label]) => (
            <Tabs.Tab key={value} value={value}>
              {label}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value="filter">
          <Filter draft={draft} change={change} />
        </Tabs.Panel>
        <Tabs.Panel value="search">
          <FindProperties ids={draft.ids} setIds={setIds} />
        </Tabs.Panel>
        <Tabs.Panel value="paste">
          <PasteIds setIds={setIds} />
        </Tabs.Panel>
        <Tabs.Panel value="upload">
          <UploadIds setIds={setIds} />
        </Tabs.Panel>
      </Tabs>
      {draft.kind === 'ids' && (
        <Text role="status">
          {formatNumber(draft.ids.length)} {draft.ids.length === 1 ? 'property' : 'properties'} chosen
        </Text>
      )}
    </Stack>
  );
}
