/** The days, what the export comes to, and the same for programs. */
import { COMPRESSIONS, type Compression } from '@conveyance/sdk';
import { Button, Group, MultiSelect, NativeSelect, Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { type ChangeEvent, useEffect } from 'react';
import { useLocation } from 'wouter';
import { CopyAs, ForPrograms } from '../../parts/copy-as.tsx';
import { ErrorNote } from '../../parts/error-note.tsx';
import { client } from '../../server/client.ts';
import { queryClient, reportTypeQuery } from '../../server/queries.ts';
import { formatNumber } from '../../text/format.ts';
import { type Draft, mayCompress, presets, requestFrom } from './draft.ts';
import { Estimate, exceedsQuota, useEstimate } from './estimate.tsx';

interface StepProps {
  readonly draft: Draft;
  readonly change: (changes: Partial<Draft>) => void;
}

/** Where a text of the draft is written. */
function fieldOf(draft: Draft, change: StepProps['change']) {
  return (name: 'from' | 'to' | 'name' | 'callback') => ({
    value: draft[name],
    onChange: ({ currentTarget }: ChangeEvent<HTMLInputElement>) => change({ [name]: currentTarget.value }),
  });
}

function Days({ draft, change }: StepProps) {
  const { data: report } = useQuery(reportTypeQuery(draft.report));
  const lastDay = report?.last_day ?? null;
  const isUnset = draft.from === '' && draft.to === '';
  useEffect(() => {
    if (!isUnset || lastDay === null) return;
    const year = presets(lastDay).at(-1);
    if (year !== undefined) change({ from: year[1], to: lastDay });
  }, [isUnset, lastDay, change]);
  const field = fieldOf(draft, change);
  return (
    <Group align="end">
      <TextInput type="date" label="From" {...field('from')} />
      <TextInput type="date" label="To" {...field('to')} />
      {lastDay !== null &&
        presets(lastDay).map(([name, from]) => (
          <Button key={name} size="compact-sm" variant="default" onClick={() => change({ from, to: lastDay })}>
            {name}
          </Button>
        ))}
    </Group>
  );
}

function Names({ draft, change }: StepProps) {
  const field = fieldOf(draft, change);
  return (
    <Group align="start">
      <TextInput label="Name" description="Your own word for it; may stay empty." {...field('name')} />
      <TextInput
        label="Callback URL"
        description="Is told when the export ends; may stay empty."
        {...field('callback')}
      />
    </Group>
  );
}

const COMPRESSION_WORDS: Readonly<Record<Compression, string>> = {
  none: 'None',
  gzip: 'gzip (.gz)',
  zstd: 'zstd (.zst)',
};

/** Which columns, with what each means; and the file as it is, or packed. */
function Content({ draft, change }: StepProps) {
  const { data: report } = useQuery(reportTypeQuery(draft.report));
  const meanings = new Map(report?.columns.map(({ name, description }) => [name, description]));
  const setCompression = (value: string) =>
    change({ compression: COMPRESSIONS.find((each) => each === value) ?? 'none' });
  return (
    <Group align="start">
      <MultiSelect
        label="Columns"
        description={`All ${report === undefined ? '' : `${formatNumber(report.columns.length)} `}of the report, unless you choose some.`}
        placeholder={draft.columns.length === 0 ? 'All columns' : ''}
        data={[...meanings.keys()]}
        value={[...draft.columns]}
        onChange={(columns) => change({ columns })}
        renderOption={({ option }) => (
          <div>
            <Text size="sm">{option.value}</Text>
            <Text size="xs" c="dimmed">
              {meanings.get(option.value)}
            </Text>
          </div>
        )}
        searchable
        clearable
        clearButtonProps={{ 'aria-label': 'All columns' }}
        w={{ base: '100%', sm: '28rem' }}
      />
      {mayCompress(draft.format) && (
        <NativeSelect
          label="Compression"
          description="Smaller to fetch, to be unpacked."
          value={draft.compression}
          onChange={({ currentTarget }) => setCompression(currentTarget.value)}
          data={COMPRESSIONS.map((value) => ({ value, label: COMPRESSION_WORDS[value] }))}
        />
      )}
    </Group>
  );
}

export function ReviewStep({ draft, change }: StepProps) {
  const [, navigate] = useLocation();
  const request = requestFrom(draft);
  const { data: estimate, error } = useEstimate(request);
  const create = useMutation({
    mutationFn: () => client.exports.create(request, { idempotencyKey: crypto.randomUUID() }),
    onSuccess: (job) => {
      queryClient.setQueryData(['export', job.job_id], job);
      void queryClient.invalidateQueries({ queryKey: ['exports'] });
      navigate(`/jobs/${job.job_id}`);
    },
  });
  const isRefused = error !== null || (estimate !== undefined && exceedsQuota(estimate));
  return (
    <Stack>
      <Days draft={draft} change={change} />
      <Content draft={draft} change={change} />
      <Names draft={draft} change={change} />
      <Estimate estimate={estimate} error={error} isForExcel={draft.format === 'csv for excel'} />
      <ErrorNote error={create.error} />
      <Group>
        <Button onClick={() => create.mutate()} loading={create.isPending} disabled={isRefused || draft.from === ''}>
          Create the export
        </Button>
      </Group>
      <ForPrograms>
        <CopyAs request={request} />
      </ForPrograms>
    </Stack>
  );
}
