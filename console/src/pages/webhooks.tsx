import { Paper, Skeleton, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Deliveries } from '../parts/deliveries.tsx';
import { Empty } from '../parts/empty.tsx';
import { ErrorNote } from '../parts/error-note.tsx';
import { PageTitle } from '../parts/page-title.tsx';
import { deliveriesQuery, sessionQuery } from '../server/queries.ts';
import { WebhookSettings } from './webhook-settings.tsx';

/** What was sent to the customer's own programs, and what they said to it. */
export function WebhooksPage() {
  const { data, error, isPending } = useQuery(deliveriesQuery());
  const { data: session } = useQuery(sessionQuery);
  return (
    <>
      <PageTitle title="Webhooks" />
      <Stack>
        <ErrorNote error={error} />
        {isPending && <Skeleton h={160} />}
        {data?.deliveries.length === 0 && (
          <Empty what="When an export with a callback URL ends, what was sent there and what came back is here." />
        )}
        {data !== undefined && data.deliveries.length > 0 && (
          <Paper withBorder>
            <Deliveries deliveries={data.deliveries} />
          </Paper>
        )}
        {session?.role === 'member' && <WebhookSettings />}
      </Stack>
    </>
  );
}
