import { REPORT_TYPES, type ReportSummary } from '@conveyance/sdk';
import { Anchor, Radio, Skeleton, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import { ErrorNote } from '../../parts/error-note.tsx';
import { reportTypesQuery } from '../../server/queries.ts';
import { type Draft, FORMATS } from './draft.ts';

const FORMAT_WORDS: Readonly<Record<(typeof FORMATS)[number], string>> = {
  'csv for excel': 'CSV for Excel: opens with a double click, text stays text',
  csv: 'CSV',
  jsonl: 'JSON, one object a line',
  parquet: 'Parquet, for Python, R and databases',
};

/** The one that most people want first. */
function inOrder(reports: readonly ReportSummary[]): readonly ReportSummary[] {
  return REPORT_TYPES.flatMap((type) => reports.filter(({ report_type: each }) => each === type));
}

interface StepProps {
  readonly draft: Draft;
  readonly change: (changes: Partial<Draft>) => void;
}

/** Which report, in which format. */
export function WhatStep({ draft, change }: StepProps) {
  const { data, error, isPending } = useQuery(reportTypesQuery);
  const setReport = (value: string) =>
    change({ report: REPORT_TYPES.find((each) => each === value) ?? 'property', columns: [] });
  const setFormat = (value: string) => change({ format: FORMATS.find((each) => each === value) ?? 'csv' });
  return (
    <Stack>
      <ErrorNote error={error} />
      {isPending && <Skeleton h={160} />}
      {data !== undefined && (
        <Radio.Group label="Report" value={draft.report} onChange={setReport}>
          <Stack gap="sm" mt="xs">
            {inOrder(data).map(({ report_type: type, title, description }) => (
              <Radio key={type} value={type} label={title} description={description} />
            ))}
          </Stack>
        </Radio.Group>
      )}
      <Radio.Group label="Format" value={draft.format} onChange={setFormat}>
        <Stack gap="xs" mt="xs">
          {FORMATS.map((format) => (
            <Radio key={format} value={format} label={FORMAT_WORDS[format]} />
          ))}
        </Stack>
      </Radio.Group>
      <Text size="sm" c="dimmed">
        The{' '}
        <Anchor component={Link} href="/dictionary" underline="always" inherit>
          dictionary
        </Anchor>{' '}
        has every column of each report.
      </Text>
    </Stack>
  );
}
