/** Every load: what it did to the data, what it did not take, and why it failed. */
import { Anchor, Skeleton, Table, Title } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import { Empty } from '../../parts/empty.tsx';
import { ErrorNote } from '../../parts/error-note.tsx';
import { Instant } from '../../parts/instant.tsx';
import { MoreButton } from '../../parts/more-button.tsx';
import { WideTable } from '../../parts/wide-table.tsx';
import { loadsQuery } from '../../server/admin.ts';
import type { LoadRecord } from '../../server/admin-wire.ts';
import { formatNumber } from '../../text/format.ts';

const ORIGINS: Readonly<Record<LoadRecord['origin'], string>> = {
  command: 'a command',
  upload: 'over HTTP',
  watch: 'a watched folder',
  feed: 'a feed',
};

/** Who had it made, and how. */
export function originOf({ by, feed, origin }: LoadRecord): string {
  const how = feed === null ? ORIGINS[origin] : `the feed ${feed}`;
  return by === null ? how : `${by}, ${how}`;
}

export function resultOf({ state, version, unchanged_version: stayed }: LoadRecord): string {
  if (state === 'loaded') return `version ${version}`;
  if (state === 'unchanged') return `version ${stayed} had it all`;
  return state === 'broken_off' ? 'broken off' : state;
}

function sourcesOf({ sources, source_count: count }: LoadRecord): string {
  const [first = ''] = sources;
  const name = first.slice(first.lastIndexOf('/') + 1) || first;
  return count > 1 ? `${name} and ${formatNumber(count - 1)} more` : name;
}

function rowsChanged({ tables }: LoadRecord): string {
  const sum = (of: 'added' | 'replaced' | 'deleted') => tables.reduce((total, table) => total + table[of], 0);
  return `+${formatNumber(sum('added'))} ~${formatNumber(sum('replaced'))} −${formatNumber(sum('deleted'))}`;
}

export function Loads() {
  const { data, error, isPending, ...more } = useInfiniteQuery(loadsQuery);
  const loads = data?.pages.flatMap((page) => page.loads);
  return (
    <>
      <Title order={2} size="h3" mb="sm">
        Loads
      </Title>
      <ErrorNote error={error} />
      {isPending && <Skeleton h={160} />}
      {loads?.length === 0 && <Empty what="Every load will be here, also those that fail." />}
      {loads !== undefined && loads.length > 0 && (
        <WideTable label="Loads" heads={['Load', 'Began', 'By', 'Of', 'Changed', 'Rejected', 'Result']}>
          {loads.map((load) => (
            <Table.Tr key={load.number}>
              <Table.Td>
                <Anchor component={Link} href={`/data/loads/${load.number}`} aria-label={`Load ${load.number}`}>
                  {load.number}
                </Anchor>
              </Table.Td>
              <Table.Td>
                <Instant iso={load.began_at} />
              </Table.Td>
              <Table.Td>{originOf(load)}</Table.Td>
              <Table.Td>{sourcesOf(load)}</Table.Td>
              <Table.Td className="number">{rowsChanged(load)}</Table.Td>
              <Table.Td className="number">{formatNumber(load.rejected)}</Table.Td>
              <Table.Td>{resultOf(load)}</Table.Td>
            </Table.Tr>
          ))}
        </WideTable>
      )}
      <MoreButton {...more} what="loads" />
    </>
  );
}
