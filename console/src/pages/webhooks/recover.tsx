/** After an outage of a receiver: everything that came to nothing since then, sent again. */
import type { WebhookDelivery } from '@conveyance/sdk';
import { Button, Group, Paper, Stack, Text, TextInput, Title } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { ErrorNote } from '../../parts/error-note.tsx';
import { client } from '../../server/client.ts';
import { queryClient } from '../../server/queries.ts';
import { formatNumber } from '../../text/format.ts';

const MOST_A_PAGE = 100;

/** Those that failed, of all that were made at the time or later: the oldest first, as they would have come. */
async function failedSince(since: number): Promise<readonly WebhookDelivery[]> {
  const failed: WebhookDelivery[] = [];
  for (let page = 1; ; page += 1) {
    const { deliveries, pagination } = await client.webhooks.deliveries({ page, perPage: MOST_A_PAGE });
    const young = deliveries.filter(({ created_at: at }) => Date.parse(at) >= since);
    failed.push(...young.filter(({ state }) => state === 'failed'));
    if (young.length < deliveries.length || page >= pagination.total_pages) return failed.toReversed();
  }
}

/** One after the other: what is told to be too much ends it, and the rest is still there to be sent. */
async function resendAll(since: number, onSent: (count: number) => void): Promise<number> {
  const failed = await failedSince(since);
  for (const [at, { delivery_id: id }] of failed.entries()) {
    await client.webhooks.redeliver(id);
    onSent(at + 1);
  }
  return failed.length;
}

export function Recover() {
  const [sent, setSent] = useState(0);
  const resend = useMutation({
    mutationFn: (since: number) => resendAll(since, setSent),
    onMutate: () => setSent(0),
    onSettled: () => queryClient.invalidateQueries({ queryKey: ['deliveries'] }),
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    resend.mutate(Date.parse(String(new FormData(event.currentTarget).get('since'))));
  };
  return (
    <Paper withBorder p="md">
      <form onSubmit={submit}>
        <Stack gap="sm">
          <Title order={2} size="h4">
            After an outage
          </Title>
          <Text size="sm">Sends every webhook again that came to nothing since then, under its own id.</Text>
          <Group align="end">
            <TextInput type="datetime-local" name="since" label="Failed since" required />
            <Button type="submit" variant="default" loading={resend.isPending}>
              Send them again
            </Button>
          </Group>
          {(resend.isPending || resend.data !== undefined) && (
            <Text size="sm" role="status">
              {resend.data === 0 ? 'None failed since then.' : `${formatNumber(sent)} sent again.`}
            </Text>
          )}
          <ErrorNote error={resend.error} />
        </Stack>
      </form>
    </Paper>
  );
}
