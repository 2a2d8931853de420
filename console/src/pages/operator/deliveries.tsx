/** Webhooks that came to nothing, of all accounts. */
import { Button, Skeleton, Table } from '@mantine/core';
import { useInfiniteQuery, useMutation } from '@tanstack/react-query';
import { Empty } from '../../parts/empty.tsx';
import { ErrorNote } from '../../parts/error-note.tsx';
import { Instant } from '../../parts/instant.tsx';
import { MoreButton } from '../../parts/more-button.tsx';
import { PageTitle } from '../../parts/page-title.tsx';
import { WideTable } from '../../parts/wide-table.tsx';
import { failedDeliveriesQuery, operate } from '../../server/admin.ts';
import type { OperatedDelivery } from '../../server/admin-wire.ts';
import { queryClient } from '../../server/queries.ts';

function lastTry({ tries }: OperatedDelivery): string {
  const last = tries.at(-1);
  if (last === undefined) return 'never tried';
  return `try ${last.try}: ${last.status === null ? (last.failure ?? 'no answer') : `HTTP ${last.status}`}`;
}

function Row({ delivery }: { readonly delivery: OperatedDelivery }) {
  const resend = useMutation({
    mutationFn: () => operate.resend(delivery.delivery_id),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: failedDeliveriesQuery.queryKey }),
  });
  return (
    <Table.Tr>
      <Table.Td>{delivery.account_name}</Table.Td>
      <Table.Td className="mono">{delivery.url}</Table.Td>
      <Table.Td>{lastTry(delivery)}</Table.Td>
      <Table.Td>
        <Instant iso={delivery.created_at} />
      </Table.Td>
      <Table.Td>
        <Button size="compact-sm" variant="default" loading={resend.isPending} onClick={() => resend.mutate()}>
          Resend
        </Button>
        <ErrorNote error={resend.error} />
      </Table.Td>
    </Table.Tr>
  );
}

export function FailedDeliveriesPage() {
  const { data, error, isPending, ...more } = useInfiniteQuery(failedDeliveriesQuery);
  const deliveries = data?.pages.flatMap((page) => page.deliveries);
  return (
    <>
      <PageTitle title="Deliveries" />
      <ErrorNote error={error} />
      {isPending && <Skeleton h={160} />}
      {deliveries?.length === 0 && <Empty what="Webhooks that came to nothing after their last try are here." />}
      {deliveries !== undefined && deliveries.length > 0 && (
        <WideTable label="Failed deliveries" heads={['Account', 'To', 'Last try', 'Made', 'Again']}>
          {deliveries.map((delivery) => (
            <Row key={delivery.delivery_id} delivery={delivery} />
          ))}
        </WideTable>
      )}
      <MoreButton {...more} what="deliveries" />
    </>
  );
}
