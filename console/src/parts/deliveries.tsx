/** Deliveries of webhooks with their tries. */
import type { WebhookDelivery, WebhookTry } from '@conveyance/sdk';
import { Badge, Button, Code, Table, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { client } from '../server/client.ts';
import { queryClient } from '../server/queries.ts';
import { formatNumber } from '../text/format.ts';
import { ErrorNote } from './error-note.tsx';
import { Instant } from './instant.tsx';

const COLOURS: Readonly<Record<WebhookDelivery['state'], string>> = {
  pending: 'gray',
  delivered: 'green',
  failed: 'red',
};

function Resend({ delivery }: { readonly delivery: WebhookDelivery }) {
  const resend = useMutation({
    mutationFn: () => client.webhooks.redeliver(delivery.delivery_id),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ['deliveries'] }),
  });
  return (
    <>
      <Button size="compact-sm" variant="default" onClick={() => resend.mutate()} loading={resend.isPending}>
        Resend
      </Button>
      <ErrorNote error={resend.error} />
    </>
  );
}

function tryWords({ try: number, status, failure, latency_ms: ms }: WebhookTry): string {
  return `try ${number}: ${status === null ? (failure ?? 'no answer') : `HTTP ${status}`} after ${formatNumber(ms)} ms`;
}

/** What came of the latest try, in words. */
export function lastTry({ tries }: WebhookDelivery): string {
  const last = tries.at(-1);
  if (last === undefined) return 'not tried yet';
  return tryWords(last);
}

/** Every try that is kept: when, what came back and how long that took, and the beginning of the answer. */
function Tries({ delivery }: { readonly delivery: WebhookDelivery }) {
  if (delivery.tries.length === 0) return null;
  return (
    <details className="tries">
      <summary>Every try</summary>
      <ol className="plain-list">
        {delivery.tries.map((each) => (
          <li key={each.try}>
            <Text size="sm">
              {tryWords(each)}, <Instant iso={each.at} />
            </Text>
            {each.response !== '' && (
              <Code block className="copy-text">
                {each.response}
              </Code>
            )}
          </li>
        ))}
      </ol>
    </details>
  );
}

export function Deliveries({ deliveries }: { readonly deliveries: readonly WebhookDelivery[] }) {
  return (
    <Table className="stacked">
      <Table.Thead>
        <Table.Tr>
          <Table.Th>To</Table.Th>
          <Table.Th>State</Table.Th>
          <Table.Th>Last try</Table.Th>
          <Table.Th>Made</Table.Th>
          <Table.Th>Again</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {deliveries.map((delivery) => (
          <Table.Tr key={delivery.delivery_id}>
            <Table.Td className="mono">{delivery.url}</Table.Td>
            <Table.Td>
              <Badge variant="dot" tt="none" fw={500} miw="max-content" color={COLOURS[delivery.state]}>
                {delivery.state}
              </Badge>
            </Table.Td>
            <Table.Td>
              <Text size="sm">{lastTry(delivery)}</Text>
              <Tries delivery={delivery} />
            </Table.Td>
            <Table.Td>
              <Instant iso={delivery.created_at} />
            </Table.Td>
            <Table.Td>
              <Resend delivery={delivery} />
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
