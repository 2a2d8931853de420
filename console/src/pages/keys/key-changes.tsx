/** A key’s successor, and its end: each asked for twice, since programs stop by it. */
import type { Key } from '@conveyance/sdk';
import { Anchor, Button, Group, NativeSelect, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'wouter';
import { ErrorNote } from '../../parts/error-note.tsx';
import { client } from '../../server/client.ts';
import { keysQuery, queryClient } from '../../server/queries.ts';
import { formatNumber } from '../../text/format.ts';
import { IssuedSecret } from './issued-secret.tsx';

const SECONDS_PER_HOUR = 3_600;
const OVERLAPS = [
  { value: '24', label: 'a day more' },
  { value: '168', label: 'a week more' },
  { value: '1', label: 'an hour more' },
  { value: '0', label: 'no longer' },
];

function refresh(): void {
  void queryClient.invalidateQueries({ queryKey: keysQuery.queryKey });
}

function Rotate({ apiKey, leave }: { readonly apiKey: Key; readonly leave: () => void }) {
  const [hours, setHours] = useState('24');
  const rotate = useMutation({
    mutationFn: () => client.keys.rotate(apiKey.credential_id, { overlapSeconds: Number(hours) * SECONDS_PER_HOUR }),
    gcTime: 0,
  });
  // The list comes anew when the secret was taken: the row that shows it would otherwise be gone before.
  const close = () => {
    leave();
    refresh();
  };
  if (rotate.data !== undefined) return <IssuedSecret issued={rotate.data} close={close} />;
  return (
    <Stack gap="xs">
      <NativeSelect
        size="xs"
        label="The old key works"
        data={OVERLAPS}
        value={hours}
        onChange={({ currentTarget }) => setHours(currentTarget.value)}
      />
      <Text size="sm">Its schedules and file jobs stay with the old key.</Text>
      <Group gap="xs">
        <Button size="compact-sm" onClick={() => rotate.mutate()} loading={rotate.isPending}>
          Make its successor
        </Button>
        <Button size="compact-sm" variant="default" onClick={leave}>
          Leave it
        </Button>
      </Group>
      <ErrorNote error={rotate.error} />
    </Stack>
  );
}

function Revoke({ apiKey, leave }: { readonly apiKey: Key; readonly leave: () => void }) {
  const revoke = useMutation({
    mutationFn: () => client.keys.revoke(apiKey.credential_id),
    onSuccess: ({ schedules_in_need: count }) => {
      if (count === 0) refresh();
    },
  });
  if (revoke.data !== undefined && revoke.data.schedules_in_need > 0) {
    return (
      <Text size="sm" role="status">
        Revoked. {formatNumber(revoke.data.schedules_in_need)} of your schedules acted for it: resume them on the page{' '}
        <Anchor component={Link} href="/schedules" underline="always" inherit onClick={refresh}>
          Schedules
        </Anchor>
        , or they fail.
      </Text>
    );
  }
  return (
    <Stack gap="xs">
      <Text size="sm">What uses it stops within five seconds, for good.</Text>
      <Group gap="xs">
        <Button size="compact-sm" color="red" onClick={() => revoke.mutate()} loading={revoke.isPending}>
          Yes, revoke it
        </Button>
        <Button size="compact-sm" variant="default" onClick={leave}>
          Leave it
        </Button>
      </Group>
      <ErrorNote error={revoke.error} />
    </Stack>
  );
}

export function KeyChanges({ apiKey }: { readonly apiKey: Key }) {
  const [asked, setAsked] = useState<'rotate' | 'revoke' | null>(null);
  const leave = () => setAsked(null);
  if (asked === 'rotate') return <Rotate apiKey={apiKey} leave={leave} />;
  if (asked === 'revoke') return <Revoke apiKey={apiKey} leave={leave} />;
  const name = apiKey.name ?? apiKey.access_key ?? 'token';
  return (
    <Group gap="xs" wrap="nowrap">
      {apiKey.kind === 'key' && (
        <Button size="compact-sm" variant="default" onClick={() => setAsked('rotate')} aria-label={`Rotate ${name}`}>
          Rotate
        </Button>
      )}
      <Button size="compact-sm" variant="default" onClick={() => setAsked('revoke')} aria-label={`Revoke ${name}`}>
        Revoke
      </Button>
    </Group>
  );
}
