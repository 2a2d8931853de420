import { Paper, Skeleton, Stack } from '@mantine/core';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Deliveries } from '../../parts/deliveries.tsx';
import { Empty } from '../../parts/empty.tsx';
import { ErrorNote } from '../../parts/error-note.tsx';
import { MoreButton } from '../../parts/more-button.tsx';
import { PageTitle } from '../../parts/page-title.tsx';
import { allDeliveriesQuery, sessionQuery } from '../../server/queries.ts';
import { Recover } from './recover.tsx';
import { WebhookSettings } from './webhook-settings.tsx';

/** What was sent to the customer's own programs, and what they said to it. */
export function WebhooksPage() {
  const { data, error, isPending, ...more } = useInfiniteQuery(allDeliveriesQuery);
  const deliveries = data?.pages.flatMap((page) => page.deliveries);
  const { data: session } = useQuery(sessionQuery);
  return (
    <>
      <PageTitle title="Webhooks" />
      <Stack>
        <ErrorNote error={error} />
        {isPending && <Skeleton h={160} />}
        {deliveries?.length === 0 && (
          <Empty what="When an export with a callback URL ends, what was sent there and what came back is here." />
        )}
        {deliveries !== undefined && deliveries.length > 0 && (
          <Paper withBorder>
            <Deliveries deliveries={deliveries} />
          </Paper>
        )}
        <MoreButton {...more} what="deliveries" />
        {session?.role === 'member' && (
          <>
            <WebhookSettings />
            <Recover />
          </>
        )}
      </Stack>
    </>
  );
}
