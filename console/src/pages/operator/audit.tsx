/** Who did what: filtered, and as a file. */
import { Button, Group, Skeleton, Table, TextInput } from '@mantine/core';
import { useInfiniteQuery, useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { Empty } from '../../parts/empty.tsx';
import { ErrorNote } from '../../parts/error-note.tsx';
import { MoreButton } from '../../parts/more-button.tsx';
import { PageTitle } from '../../parts/page-title.tsx';
import { WideTable } from '../../parts/wide-table.tsx';
import { type AuditFilter, auditListQuery, MOST_EXPORTED, readAudit } from '../../server/admin.ts';
import type { AuditEntry } from '../../server/admin-wire.ts';
import { formatNumber, formatUtc } from '../../text/format.ts';
import { saveAs } from '../../text/save.ts';
import { csvOf } from './csv.ts';

function save(entries: readonly AuditEntry[]): void {
  saveAs(new Blob([csvOf(entries)], { type: 'text/csv' }), 'audit.csv');
}

const FIELDS = [
  { name: 'account_id', label: 'Account', placeholder: 'Its id' },
  { name: 'event', label: 'Events', placeholder: 'quota-changed, …' },
  { name: 'from', label: 'From', placeholder: '2026-11-01' },
] as const;

export function AuditPage() {
  const [filter, setFilter] = useState<AuditFilter>({ account_id: '', event: '', from: '' });
  const { data, error, isPending, ...more } = useInfiniteQuery(auditListQuery(filter));
  const entries = data?.pages.flatMap((page) => page.entries);
  const csv = useMutation({ mutationFn: () => readAudit(filter), onSuccess: save });
  return (
    <>
      <PageTitle title="Audit">
        <Button variant="default" onClick={() => csv.mutate()} loading={csv.isPending}>
          CSV of the newest {formatNumber(MOST_EXPORTED)}
        </Button>
      </PageTitle>
      <Group mb="sm" align="end">
        {FIELDS.map(({ name, label, placeholder }) => (
          <TextInput
            key={name}
            label={label}
            placeholder={placeholder}
            value={filter[name]}
            onChange={({ currentTarget: { value } }) => setFilter((before) => ({ ...before, [name]: value.trim() }))}
          />
        ))}
      </Group>
      <ErrorNote error={error ?? csv.error} />
      {isPending && <Skeleton h={240} />}
      {entries?.length === 0 && <Empty what="No entry is like that." command="conveyance audit tail -n 50" />}
      {entries !== undefined && entries.length > 0 && (
        <WideTable label="Entries" minWidth={960} heads={['At', 'Event', 'Account', 'Who', 'From', 'About']}>
          {entries.map((entry) => (
            <Table.Tr key={entry.id}>
              <Table.Td>{formatUtc(entry.at)}</Table.Td>
              <Table.Td>{entry.event}</Table.Td>
              <Table.Td className="mono">{entry.account_id}</Table.Td>
              <Table.Td className="mono">{entry.credential_id}</Table.Td>
              <Table.Td>{entry.address}</Table.Td>
              <Table.Td className="mono">{[entry.job_id, entry.subject].filter(Boolean).join(' ')}</Table.Td>
            </Table.Tr>
          ))}
        </WideTable>
      )}
      <MoreButton {...more} what="entries" />
    </>
  );
}
