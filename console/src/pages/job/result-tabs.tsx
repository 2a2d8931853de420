/** The tabs about a job’s files, and those that each kind of job has besides. */
import { Skeleton, Tabs } from '@mantine/core';
import { lazy, type ReactNode, Suspense, useState } from 'react';
import { type Tab, TabStrip } from '../../parts/tab-strip.tsx';
import type { SummarisedKind } from '../../server/queries.ts';
import type { SummaryTab } from './summary-tabs.tsx';

/** Drawing takes code that nobody else needs. */
const SummaryPanel = lazy(() => import('./summary-tabs.tsx').then((each) => ({ default: each.SummaryPanel })));

const SUMMARY_TABS: readonly (Tab & { readonly value: SummaryTab })[] = [
  { value: 'columns', label: 'Columns' },
  { value: 'charts', label: 'Charts' },
  { value: 'map', label: 'Map' },
];

interface OtherTab extends Tab {
  readonly panel: ReactNode;
}

interface ResultTabsProps {
  readonly kind: SummarisedKind;
  readonly jobId: string;
  /** Null where there is no file. */
  readonly preview: ReactNode | null;
  readonly others?: readonly OtherTab[];
}

export function ResultTabs({ kind, jobId, preview, others = [] }: ResultTabsProps) {
  const ofFile: readonly OtherTab[] =
    preview === null
      ? []
      : [
          { value: 'preview', label: 'Preview', panel: preview },
          ...SUMMARY_TABS.map((tab) => ({
            ...tab,
            panel: (
              <Suspense fallback={<Skeleton h={320} />}>
                <SummaryPanel kind={kind} jobId={jobId} tab={tab.value} />
              </Suspense>
            ),
          })),
        ];
  const tabs = [...ofFile, ...others];
  const [chosen, choose] = useState<string | null>(null);
  const value = tabs.find((tab) => tab.value === chosen)?.value ?? tabs[0]?.value ?? '';
  return (
    <Tabs value={value} onChange={choose} keepMounted={false}>
      <TabStrip tabs={tabs} value={value} onChange={choose} />
      {tabs.map((tab) => (
        <Tabs.Panel key={tab.value} value={tab.value}>
          {tab.panel}
        </Tabs.Panel>
      ))}
    </Tabs>
  );
}
