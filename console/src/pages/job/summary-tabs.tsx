/** What a result holds, as the server summarises it: its columns, charts, a map. */
import { Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Charts, Places } from '../../charts/charts.tsx';
import { Columns } from '../../charts/columns.tsx';
import { ErrorNote } from '../../parts/error-note.tsx';
import { type SummarisedKind, summaryQuery } from '../../server/queries.ts';
import { shortId } from '../../text/format.ts';

export type SummaryTab = 'columns' | 'charts' | 'map';

interface SummaryPanelProps {
  readonly kind: SummarisedKind;
  readonly jobId: string;
  readonly tab: SummaryTab;
}

export function SummaryPanel({ kind, jobId, tab }: SummaryPanelProps) {
  const { data: summary, error } = useQuery(summaryQuery(kind, jobId));
  if (error !== null) return <ErrorNote error={error} />;
  if (summary === undefined) return <Skeleton h={320} role="status" aria-label="The result is being read" />;
  const name = `${kind}-${shortId(jobId)}`;
  switch (tab) {
    case 'columns':
      return <Columns summary={summary} />;
    case 'charts':
      return <Charts charts={summary.charts} name={name} />;
    case 'map':
      return <Places map={summary.map} name={name} />;
  }
}
