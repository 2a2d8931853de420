/** Exports on a calendar. */
import type { ScheduleSummary } from '@conveyance/sdk';
import { Badge, Button, Group, Paper, Skeleton, Table, Text } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import { Empty } from '../parts/empty.tsx';
import { ErrorNote } from '../parts/error-note.tsx';
import { Instant } from '../parts/instant.tsx';
import { PageTitle } from '../parts/page-title.tsx';
import { client } from '../server/client.ts';
import { queryClient, schedulesQuery } from '../server/queries.ts';
import { formatNumber } from '../text/format.ts';

type Change = 'pause' | 'resume' | 'delete';

function whenOf({ frequency, day_of_month: day, weekday, time, time_zone: zone }: ScheduleSummary): string {
  const on = frequency === 'monthly' ? `monthly on day ${day}` : frequency === 'weekly' ? `every ${weekday}` : 'daily';
  return `${on}, ${time} ${zone}`;
}

function whichList(list: string): string {
  return list === '@all' ? 'everything' : `list ${list}`;
}

function Changes({ schedule }: { readonly schedule: ScheduleSummary }) {
  const { schedule_id: id, state } = schedule;
  const change = useMutation<unknown, Error, Change>({
    mutationFn: (what) => client.schedules[what](id),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: schedulesQuery.queryKey }),
  });
  const other: Change = state === 'active' ? 'pause' : 'resume';
  return (
    <>
      <Group gap="xs" wrap="nowrap">
        <Button size="compact-sm" variant="default" loading={change.isPending} onClick={() => change.mutate(other)}>
          {other === 'pause' ? 'Pause' : 'Resume'}
        </Button>
        <Button size="compact-sm" variant="default" disabled={change.isPending} onClick={() => change.mutate('delete')}>
          Delete
        </Button>
      </Group>
      <ErrorNote error={change.error} />
    </>
  );
}

function Row({ schedule }: { readonly schedule: ScheduleSummary }) {
  const { name, report_type: report, output_format: format, next_run_at: next, state } = schedule;
  const { property_list: list, property_count: count } = schedule;
  return (
    <Table.Tr>
      <Table.Td>
        {name ?? `${report} · ${format}`}
        <Text size="sm" c="dimmed">
          {list === null ? `${formatNumber(count)} ${count === 1 ? 'property' : 'properties'}` : whichList(list)}
        </Text>
      </Table.Td>
      <Table.Td>{whenOf(schedule)}</Table.Td>
      <Table.Td>{next === null ? '' : <Instant iso={next} />}</Table.Td>
      <Table.Td>
        <Badge variant="dot" tt="none" fw={500} color={state === 'active' ? 'green' : 'gray'}>
          {state}
        </Badge>
        {schedule.needs !== null && <Text size="sm">needs {schedule.needs}</Text>}
      </Table.Td>
      <Table.Td>
        <Changes schedule={schedule} />
      </Table.Td>
    </Table.Tr>
  );
}

export function SchedulesPage() {
  const { data, error, isPending } = useQuery(schedulesQuery);
  return (
    <>
      <PageTitle title="Schedules">
        <Button component={Link} href="/?status=succeeded" variant="default">
          Choose an export to repeat
        </Button>
      </PageTitle>
      <ErrorNote error={error} />
      {isPending && <Skeleton h={160} />}
      {data?.schedules.length === 0 && (
        <Empty
          what="Exports that are made again and again, once the data is there, are here. Open one that is done and repeat it."
          command="conveyance schedules create --every daily --at 07:30 --zone UTC --days 7 --report units --format csv --ids 99001416"
        />
      )}
      {data !== undefined && data.schedules.length > 0 && (
        <Paper withBorder>
          <Table.ScrollContainer minWidth={680} scrollAreaProps={{ viewportProps: { tabIndex: 0 } }}>
            <Table>
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>Export</Table.Th>
                  <Table.Th>When</Table.Th>
                  <Table.Th>Next run</Table.Th>
                  <Table.Th>State</Table.Th>
                  <Table.Th>Change</Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {data.schedules.map((schedule) => (
                  <Row key={schedule.schedule_id} schedule={schedule} />
                ))}
              </Table.Tbody>
            </Table>
          </Table.ScrollContainer>
        </Paper>
      )}
    </>
  );
}
