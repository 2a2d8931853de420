/** What a match found: bars, why rows were missed, and what to do with the properties. */
import type { FileJob } from '@conveyance/sdk';
import { Button, Group, List, Paper, Progress, Skeleton, Stack, Text } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useLocation } from 'wouter';
import { ErrorNote } from '../../parts/error-note.tsx';
import { client } from '../../server/client.ts';
import { formatNumber, PERCENT } from '../../text/format.ts';
import { readVerdicts, type VerdictCounts } from './read-verdicts.ts';

const VERDICTS = [
  ['OK', 'found', 'green.8'],
  ['PARTIAL', 'found in part', 'orange.9'],
  ['MISS', 'not found', 'gray.7'],
] as const;

/** In words, what the file says by its code. */
const REASONS: Readonly<Record<string, string>> = {
  MISSING: 'no known property is there',
  SFR: 'a single-family residence is there',
  'Condo Property (SFR)': 'only condominiums are there',
  'Unrecognized address': 'not read as an address',
};

function Bars({ counts }: { readonly counts: VerdictCounts }) {
  const shares = VERDICTS.map(([status, word, color]) => {
    const count = counts.statuses[status] ?? 0;
    return { status, word, color, count, percent: counts.rows === 0 ? 0 : (count / counts.rows) * PERCENT };
  });
  return (
    <>
      <Progress.Root size="lg" aria-hidden="true">
        {shares.map(({ status, color, percent }) => (
          <Progress.Section key={status} value={percent} color={color} />
        ))}
      </Progress.Root>
      <Group component="ul" className="plain-list" gap="lg" aria-label="Verdicts">
        {shares.map(({ status, word, count, percent }) => (
          <Text component="li" key={status} style={{ fontVariantNumeric: 'tabular-nums' }}>
            <b>{formatNumber(count)}</b> {word} ({Math.round(percent)} %)
          </Text>
        ))}
      </Group>
    </>
  );
}

/** Hands the properties over to a new export: reports name them by number. */
function GoOn({ uuids }: { readonly uuids: readonly string[] }) {
  const [, navigate] = useLocation();
  const translate = useMutation({
    mutationFn: async (kind: 'report' | 'details') => {
      const { properties } = await client.properties.ids(uuids);
      const ids = properties.map(({ id }) => id);
      navigate(kind === 'report' ? '/new' : '/new?kind=details', { state: { ids } });
    },
  });
  const what = `${formatNumber(uuids.length)} ${uuids.length === 1 ? 'property' : 'properties'}`;
  return (
    <>
      <Group>
        <Button variant="default" onClick={() => translate.mutate('report')} loading={translate.isPending}>
          Make a report of the {what}
        </Button>
        <Button variant="default" onClick={() => translate.mutate('details')} disabled={translate.isPending}>
          Fetch their details
        </Button>
      </Group>
      <ErrorNote error={translate.error} />
    </>
  );
}

export function Verdicts({ job, mayChange }: { readonly job: FileJob; readonly mayChange: boolean }) {
  const { data: counts, error } = useQuery({
    queryKey: ['verdicts', job.id],
    queryFn: () => readVerdicts(job.id),
    staleTime: Infinity,
  });
  if (error !== null) return <ErrorNote error={error} />;
  if (counts === undefined) return <Skeleton h={120} />;
  return (
    <Paper withBorder p="md">
      <Stack gap="sm">
        <Text fw={600}>
          {formatNumber(counts.statuses['OK'] ?? 0)} of {formatNumber(counts.rows)} rows have their property
        </Text>
        <Bars counts={counts} />
        {counts.reasons.length > 0 && (
          <List size="sm" aria-label="Why the others have none">
            {counts.reasons.map(([reason, count]) => (
              <List.Item key={reason}>
                {formatNumber(count)} {reason}
                {REASONS[reason] !== undefined && `: ${REASONS[reason]}`}
              </List.Item>
            ))}
          </List>
        )}
        {mayChange && counts.found.length > 0 && <GoOn uuids={counts.found} />}
      </Stack>
    </Paper>
  );
}
