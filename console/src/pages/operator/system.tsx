/** The server itself: whether it is well, which processes serve, how it is set. */
import { Badge, Group, Skeleton, Table, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Empty } from '../../parts/empty.tsx';
import { ErrorNote } from '../../parts/error-note.tsx';
import { Instant } from '../../parts/instant.tsx';
import { PageTitle } from '../../parts/page-title.tsx';
import { WideTable } from '../../parts/wide-table.tsx';
import { nodesQuery, systemQuery } from '../../server/admin.ts';
import type { Setting, System } from '../../server/admin-wire.ts';
import { formatBytes } from '../../text/format.ts';

function Readiness({ system }: { readonly system: System }) {
  return (
    <Group mb="md">
      <Badge variant="dot" tt="none" fw={500} color={system.ready ? 'green' : 'red'}>
        {system.ready ? 'ready' : 'not ready'}
      </Badge>
      {Object.entries(system.checks).map(([name, passed]) => (
        <Badge key={name} variant="dot" tt="none" fw={500} color={passed ? 'green' : 'red'}>
          {name}: {passed ? 'passed' : 'failed'}
        </Badge>
      ))}
      <Text size="sm">
        Version {system.version}
        {system.free_bytes !== null && `, ${formatBytes(system.free_bytes)} free`}
      </Text>
    </Group>
  );
}

function shownValue({ secret, origin, value }: Setting): string {
  if (origin === 'default') return '';
  return secret ? 'set, not shown' : (value ?? '');
}

function Nodes() {
  const { data, error } = useQuery(nodesQuery);
  return (
    <>
      <Title order={2} size="h3" mb="sm">
        Nodes
      </Title>
      <ErrorNote error={error} />
      {data?.nodes.length === 0 && <Empty what="Processes that serve are here." command="conveyance nodes" />}
      {data !== undefined && data.nodes.length > 0 && (
        <WideTable label="Nodes" heads={['Host', 'Role', 'State', 'Release', 'Runs', 'Started', 'Heard']}>
          {data.nodes.map((node) => (
            <Table.Tr key={node.node_id}>
              <Table.Td>
                {node.host} ({node.pid})
              </Table.Td>
              <Table.Td>{node.role}</Table.Td>
              <Table.Td>{node.state}</Table.Td>
              <Table.Td>{node.release}</Table.Td>
              <Table.Td>
                {node.runs.length} of {node.slots}
              </Table.Td>
              <Table.Td>
                <Instant iso={node.started_at} />
              </Table.Td>
              <Table.Td>
                <Instant iso={node.heard_at} />
              </Table.Td>
            </Table.Tr>
          ))}
        </WideTable>
      )}
    </>
  );
}

export function SystemPage() {
  const { data, error, isPending } = useQuery(systemQuery);
  return (
    <>
      <PageTitle title="System" />
      <ErrorNote error={error} />
      {isPending && <Skeleton h={160} />}
      {data !== undefined && <Readiness system={data} />}
      <Nodes />
      <Title order={2} size="h3" mb="sm">
        Settings
      </Title>
      {data !== undefined && (
        <WideTable label="Settings" heads={['Setting', 'Value', 'From', 'Default']}>
          {data.settings.map((setting) => (
            <Table.Tr key={setting.variable}>
              <Table.Td className="mono">{setting.variable}</Table.Td>
              <Table.Td className="mono">{shownValue(setting)}</Table.Td>
              <Table.Td>{setting.origin}</Table.Td>
              <Table.Td>{setting.default}</Table.Td>
            </Table.Tr>
          ))}
        </WideTable>
      )}
    </>
  );
}
