/** What signs webhooks, and an event to try a receiver out with. */
import type { WebhookDelivery } from '@conveyance/sdk';
import { Alert, Button, Code, Group, Paper, Stack, Text, TextInput, Title } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { CopyButton } from '../../parts/copy-button.tsx';
import { lastTry } from '../../parts/deliveries.tsx';
import { ErrorNote } from '../../parts/error-note.tsx';
import { Instant } from '../../parts/instant.tsx';
import { client } from '../../server/client.ts';
import { queryClient } from '../../server/queries.ts';

/** A receiver answers within seconds, or not at all. */
const WATCHED_MS = 1_000;

/** Not kept by the page: it is asked for when somebody wants to see it, and gone with the page. */
function Secret() {
  const [isAsking, setAsking] = useState(false);
  const show = useMutation({ mutationFn: () => client.webhooks.secrets(), gcTime: 0 });
  const rotate = useMutation({
    mutationFn: () => client.webhooks.rotateSecret(),
    gcTime: 0,
    onSuccess: () => setAsking(false),
  });
  const secrets = rotate.data ?? show.data;
  return (
    <Paper withBorder p="md">
      <Stack gap="sm">
        <Title order={2} size="h4">
          Signing secret
        </Title>
        <Text size="sm">Every webhook is signed, so that your program knows that it comes from here.</Text>
        {secrets?.map(({ secret, expires_at: end }) => (
          <Text key={secret} size="sm">
            <span className="mono">{secret}</span> <CopyButton text={secret} what="secret" />
            {end !== null && (
              <>
                {' '}
                the one before, which signs too: ends <Instant iso={end} />
              </>
            )}
          </Text>
        ))}
        <Group>
          <Button variant="default" onClick={() => show.mutate()} loading={show.isPending}>
            Show the secret
          </Button>
          <Button variant="default" onClick={() => setAsking(true)} disabled={isAsking}>
            New secret
          </Button>
        </Group>
        {isAsking && (
          <Alert variant="outline" color="orange" title="Make a new secret?">
            <Text size="sm" mb="sm">
              The one of now goes on signing for a day beside it; one that is older ends at once.
            </Text>
            <Group gap="xs">
              <Button size="compact-sm" onClick={() => rotate.mutate()} loading={rotate.isPending}>
                Make it
              </Button>
              <Button size="compact-sm" variant="default" onClick={() => setAsking(false)}>
                Leave it
              </Button>
            </Group>
          </Alert>
        )}
        <ErrorNote error={show.error ?? rotate.error} />
      </Stack>
    </Paper>
  );
}

function Outcome({ id }: { readonly id: string }) {
  const { data, error } = useQuery({
    queryKey: ['test-delivery', id],
    queryFn: ({ signal }): Promise<WebhookDelivery> => client.webhooks.delivery(id, { signal }),
    refetchInterval: ({ state }) => (state.data === undefined || state.data.state === 'pending' ? WATCHED_MS : false),
  });
  if (error !== null) return <ErrorNote error={error} />;
  if (data === undefined || data.state === 'pending') return <Text role="status">On its way…</Text>;
  return (
    <Text role="status">
      {data.state === 'delivered' ? 'Your program took it' : 'It was not taken'}: {lastTry(data)}
    </Text>
  );
}

function TestEvent() {
  const [url, setUrl] = useState('');
  const send = useMutation({
    mutationFn: () => client.webhooks.test(url.trim()),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ['deliveries'] }),
  });
  return (
    <Paper withBorder p="md">
      <Stack gap="sm">
        <Title order={2} size="h4">
          Try a receiver
        </Title>
        <Text size="sm">
          Sends <Code>{'{"event":"test", …}'}</Code> there once, signed like every webhook.
        </Text>
        <TextInput
          label="URL of the receiver"
          placeholder="https://hooks.example.com/exports"
          value={url}
          onChange={({ currentTarget }) => setUrl(currentTarget.value)}
        />
        <Group>
          <Button onClick={() => send.mutate()} loading={send.isPending} disabled={url.trim() === ''}>
            Send a test
          </Button>
        </Group>
        <ErrorNote error={send.error} />
        {send.data !== undefined && <Outcome id={send.data.delivery_id} />}
      </Stack>
    </Paper>
  );
}

export function WebhookSettings() {
  return (
    <Stack>
      <TestEvent />
      <Secret />
    </Stack>
  );
}
