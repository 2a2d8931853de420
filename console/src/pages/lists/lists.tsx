/** The account’s lists of properties. */
import type { SavedListSummary } from '@conveyance/sdk';
import { Anchor, Button, Code, Group, Paper, Skeleton, Table, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import { Empty } from '../../parts/empty.tsx';
import { ErrorNote } from '../../parts/error-note.tsx';
import { Instant } from '../../parts/instant.tsx';
import { ListCount } from '../../parts/list-picker.tsx';
import { PageTitle } from '../../parts/page-title.tsx';
import { listsQuery, sessionQuery } from '../../server/queries.ts';
import { formatNumber } from '../../text/format.ts';

/** Each is a question to the server; of the others their own pages tell. */
const MOST_COUNTED = 25;

function contentOf({ filter, property_count: count }: SavedListSummary) {
  if (filter !== null) return <Code style={{ overflowWrap: 'anywhere' }}>{filter}</Code>;
  return `${formatNumber(count ?? 0)} ${count === 1 ? 'id' : 'ids'}`;
}

interface RowProps {
  readonly list: SavedListSummary;
  readonly isCounted: boolean;
  readonly mayChange: boolean;
}

function Row({ list, isCounted, mayChange }: RowProps) {
  return (
    <Table.Tr>
      <Table.Td>
        <Anchor component={Link} href={`/lists/${list.list_id}`} underline="always" inherit>
          {list.name}
        </Anchor>
      </Table.Td>
      <Table.Td>{contentOf(list)}</Table.Td>
      <Table.Td>{isCounted && <ListCount list={list.list_id} />}</Table.Td>
      <Table.Td>
        <Instant iso={list.updated_at} />
      </Table.Td>
      <Table.Td>
        {mayChange && (
          <Button
            component={Link}
            href={`/new?${new URLSearchParams({ list: list.name }).toString()}`}
            size="compact-sm"
            variant="default"
            aria-label={`Export ${list.name}`}
          >
            Export
          </Button>
        )}
      </Table.Td>
    </Table.Tr>
  );
}

export function ListsPage() {
  const { data, error, isPending } = useQuery(listsQuery);
  const { data: session } = useQuery(sessionQuery);
  const mayChange = session?.role === 'member';
  const more = (data?.pagination.total_count ?? 0) - (data?.lists.length ?? 0);
  return (
    <>
      <PageTitle title="Lists">
        {mayChange && (
          <Group>
            <Button component={Link} href="/lists/new">
              New list
            </Button>
          </Group>
        )}
      </PageTitle>
      <ErrorNote error={error} />
      {isPending && <Skeleton h={160} />}
      {data?.lists.length === 0 && (
        <Empty
          what="Properties that you export again and again, under a name: their ids, or a filter such as all of Texas with 50 units and more."
          command={`conveyance lists create Texas --filter "state = 'TX' AND unit_count >= 50"`}
        />
      )}
      {data !== undefined && data.lists.length > 0 && (
        <Paper withBorder>
          <Table className="stacked">
            <Table.Thead>
              <Table.Tr>
                <Table.Th>List</Table.Th>
                <Table.Th>Holds</Table.Th>
                <Table.Th>Now</Table.Th>
                <Table.Th>Changed</Table.Th>
                <Table.Th>Use</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {data.lists.map((list, at) => (
                <Row key={list.list_id} list={list} isCounted={at < MOST_COUNTED} mayChange={mayChange} />
              ))}
            </Table.Tbody>
          </Table>
        </Paper>
      )}
      {more > 0 && <Text mt="sm">{formatNumber(more)} more are not shown here; the command line lists them all.</Text>}
    </>
  );
}
