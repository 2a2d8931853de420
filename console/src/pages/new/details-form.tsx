/** What is known about properties, for any number of them: as one file or several. */
import { DETAIL_TYPES, type DetailType } from '@conveyance/sdk';
import { Anchor, Checkbox, Fieldset, Group, Stack, Text, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useCallback, useState } from 'react';
import { MOST_IDS_COPIED } from '../../parts/copy-as.tsx';
import { client } from '../../server/client.ts';
import { formatNumber } from '../../text/format.ts';
import { uuidsOf } from './known-ids.ts';
import { SubmitFileJob } from './submit-file-job.tsx';
import { WhichStep } from './which-step.tsx';

function nameOf(type: DetailType): string {
  const words = type.replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

interface TypesProps {
  readonly types: readonly DetailType[];
  readonly setTypes: (types: readonly DetailType[]) => void;
}

function Types({ types, setTypes }: TypesProps) {
  return (
    <Fieldset legend="What to fetch">
      <Checkbox.Group
        value={[...types]}
        onChange={(chosen) => setTypes(DETAIL_TYPES.filter((type) => chosen.includes(type)))}
      >
        <Group gap="lg">
          {DETAIL_TYPES.map((type) => (
            <Checkbox key={type} value={type} label={nameOf(type)} />
          ))}
        </Group>
      </Checkbox.Group>
      <Text size="sm" mt="sm">
        <Anchor href="/docs/detail-types" underline="always">
          Every field of each
        </Anchor>
      </Text>
    </Fieldset>
  );
}

export function DetailsForm({ ids: given = [] }: { readonly ids?: readonly number[] }) {
  const [ids, setIds] = useState(given);
  const [types, setTypes] = useState<readonly DetailType[]>(['basic']);
  const [isWithoutPeople, setWithoutPeople] = useState(false);
  const [since, setSince] = useState('');
  const change = useCallback((changes: { readonly ids: readonly number[] }) => setIds(changes.ids), []);
  const fields = {
    detail_type: types,
    ...(since !== '' && { updated: since }),
    ...(isWithoutPeople && { filters: { filter_pii: true } }),
  };
  const submit = async () => client.files.submitDetails({ ...fields, property_ids: await uuidsOf(ids) });
  const isReady = ids.length > 0 && types.length > 0;
  // Reports name properties in another way: what programs are shown is asked for.
  const { data: uuids } = useQuery({
    queryKey: ['uuids', ids],
    queryFn: () => uuidsOf(ids),
    enabled: isReady && ids.length <= MOST_IDS_COPIED,
    staleTime: Infinity,
  });
  return (
    <Stack>
      <Types types={types} setTypes={setTypes} />
      <WhichStep ids={ids} change={change} />
      <Checkbox
        label="Leave out what identifies a person"
        checked={isWithoutPeople}
        onChange={({ currentTarget }) => setWithoutPeople(currentTarget.checked)}
      />
      <TextInput
        type="date"
        maw="14rem"
        label="Updated since"
        description="Only properties that changed on that day or later; may stay empty."
        value={since}
        onChange={({ currentTarget }) => setSince(currentTarget.value)}
      />
      <SubmitFileJob
        label={`Fetch the details of ${formatNumber(ids.length)} ${ids.length === 1 ? 'property' : 'properties'}`}
        isReady={isReady}
        submit={submit}
        request={
          isReady && uuids ? { kind: 'property-details', specification: { ...fields, property_ids: uuids } } : null
        }
      />
    </Stack>
  );
}
