/** Properties found by what is known about them: how many there are while one types, and all of them as a file. */
import { SETTING_KINDS } from '@conveyance/sdk';
import { Anchor, CloseButton, Group, Paper, Select, Stack, Text, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { ErrorNote } from '../../parts/error-note.tsx';
import { client } from '../../server/client.ts';
import { formatNumber } from '../../text/format.ts';
import { TYPING_MS } from './draft.ts';
import { emptySetting, type SettingDraft, settingsFrom } from './search-settings.ts';
import { SubmitFileJob } from './submit-file-job.tsx';

const FIRST_SETTINGS = ['state', 'city', 'total_units', 'year_built'];

function nameOf(setting: string): string {
  const words = setting.replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

interface SettingProps {
  readonly draft: SettingDraft;
  readonly change: (draft: SettingDraft) => void;
  readonly remove: () => void;
}

function Value({ draft, change }: Omit<SettingProps, 'remove'>) {
  const kind = SETTING_KINDS[draft.name];
  const name = nameOf(draft.name);
  if (kind === 'flag') {
    return (
      <Select
        label={name}
        data={['yes', 'no']}
        value={draft.value || null}
        onChange={(value) => change({ ...draft, value: value ?? '' })}
        clearable
      />
    );
  }
  if (kind === 'texts') {
    return (
      <TextInput
        label={name}
        description="Several with commas between: any of them."
        value={draft.value}
        onChange={({ currentTarget }) => change({ ...draft, value: currentTarget.value })}
      />
    );
  }
  const bound = (which: 'min' | 'max', label: string) => (
    <TextInput
      label={`${name}, ${label}`}
      {...(kind === 'days' ? { type: 'date' } : { inputMode: 'numeric' as const })}
      w="10rem"
      value={draft[which]}
      onChange={({ currentTarget }) => change({ ...draft, [which]: currentTarget.value })}
    />
  );
  return (
    <Group align="end" gap="xs">
      {bound('min', 'from')}
      {bound('max', 'to')}
    </Group>
  );
}

function Count({ drafts }: { readonly drafts: readonly SettingDraft[] }) {
  const [asked] = useDebouncedValue(settingsFrom(drafts), TYPING_MS);
  const { data, error } = useQuery({
    queryKey: ['search-count', asked],
    // One property is enough for the number of all.
    queryFn: ({ signal }) => client.properties.search(asked, { limit: 1, signal }),
    placeholderData: keepPreviousData,
  });
  if (error !== null) return <ErrorNote error={error} />;
  return (
    <Paper withBorder p="md" role="status">
      <Text fw={600} style={{ fontVariantNumeric: 'tabular-nums' }}>
        {data === undefined ? '…' : `${formatNumber(data.count)} ${data.count === 1 ? 'property' : 'properties'} found`}
      </Text>
      {data?.widened_settings !== undefined && (
        <Text size="sm">
          For properties that your account has not paid for this month, {Object.keys(data.widened_settings).join(', ')}{' '}
          are compared in steps, so a few more may be found.{' '}
          <Anchor href="/docs/reonomy#steps" underline="always" inherit>
            Why
          </Anchor>
        </Text>
      )}
    </Paper>
  );
}

export function SearchForm() {
  const [drafts, setDrafts] = useState<readonly SettingDraft[]>(() => FIRST_SETTINGS.map(emptySetting));
  const settings = settingsFrom(drafts);
  const others = Object.keys(SETTING_KINDS).filter((name) => drafts.every((draft) => draft.name !== name));
  const replace = (draft: SettingDraft) =>
    setDrafts((before) => before.map((each) => (each.name === draft.name ? draft : each)));
  const remove = (name: string) => setDrafts((before) => before.filter((each) => each.name !== name));
  return (
    <Stack>
      {drafts.map((draft) => (
        <Group key={draft.name} align="end" gap="xs">
          <Value draft={draft} change={replace} />
          <CloseButton aria-label={`Without ${nameOf(draft.name)}`} onClick={() => remove(draft.name)} mb={4} />
        </Group>
      ))}
      <Select
        label="Add a setting"
        maw="16rem"
        searchable
        data={others.map((value) => ({ value, label: nameOf(value) }))}
        value={null}
        onChange={(name) => name !== null && setDrafts((before) => [...before, emptySetting(name)])}
      />
      <Count drafts={drafts} />
      <SubmitFileJob
        label="Search as a file"
        isReady
        submit={() => client.files.submitSearch(settings)}
        request={{ kind: 'search', specification: { settings } }}
      />
      <Text size="sm" c="dimmed">
        A search costs no quota. Its file has a line for each property: its id and the days of its updates.
      </Text>
    </Stack>
  );
}
