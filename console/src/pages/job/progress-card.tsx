/** How far a job is, as long as it has not ended; what ended it, where it did not succeed. */
import type { ReportJob } from '@conveyance/sdk';
import { Alert, Button, Group, Paper, Progress, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { ErrorNote } from '../../parts/error-note.tsx';
import { client } from '../../server/client.ts';
import { queryClient } from '../../server/queries.ts';
import { formatNumber, formatSeconds, MS_PER_SECOND } from '../../text/format.ts';

const PHASES: Readonly<Record<ReportJob['progress']['phase'], string>> = {
  queued: 'In the queue',
  running: 'Writing rows',
  finalizing: 'Sealing the file',
  done: 'Done',
};

/** Longer than an export that goes on is usually silent. */
const LONGEST_SILENCE_SECONDS = 15;

function useNow(): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), MS_PER_SECOND);
    return () => clearInterval(timer);
  }, []);
  return now;
}

function Cancel({ id }: { readonly id: string }) {
  const cancel = useMutation({
    mutationFn: () => client.exports.cancel(id),
    onSuccess: (job) => queryClient.setQueryData(['export', id], job),
  });
  return (
    <>
      <Button variant="default" size="compact-sm" onClick={() => cancel.mutate()} loading={cancel.isPending}>
        Cancel
      </Button>
      <ErrorNote error={cancel.error} />
    </>
  );
}

/** Seconds since the page heard anything new of the job. */
function useSilence(job: ReportJob, now: number): number {
  const heard = useRef({ job, at: now });
  if (heard.current.job !== job) heard.current = { job, at: now };
  return (now - heard.current.at) / MS_PER_SECOND;
}

function Running({ job, mayChange }: { readonly job: ReportJob; readonly mayChange: boolean }) {
  const now = useNow();
  const { phase, percent, rows_written: written, rows_total: total, eta_seconds: left } = job.progress;
  const silence = useSilence(job, now);
  const elapsed = (now - Date.parse(job.created_at)) / MS_PER_SECOND;
  return (
    <Paper withBorder p="md">
      <Stack gap="xs">
        <Group justify="space-between">
          <Text fw={600} role="status">
            {PHASES[phase]}
          </Text>
          {mayChange && <Cancel id={job.job_id} />}
        </Group>
        <Progress value={percent} aria-label="Progress" />
        <Text size="sm" style={{ fontVariantNumeric: 'tabular-nums' }}>
          {formatNumber(written)}
          {total !== null && ` of ${formatNumber(total)}`} rows · {formatSeconds(elapsed)}
          {left !== null && ` · about ${formatSeconds(left)} left`}
        </Text>
        {phase !== 'queued' && silence >= LONGEST_SILENCE_SECONDS && (
          <Text size="sm" role="status">
            Nothing new for {formatSeconds(silence)}. A large export may be silent while its rows are put in order.
          </Text>
        )}
        <Text size="sm" c="dimmed">
          You may close this page: the export goes on.
        </Text>
      </Stack>
    </Paper>
  );
}

export function ProgressCard({ job, mayChange }: { readonly job: ReportJob; readonly mayChange: boolean }) {
  if (job.status === 'submitted') return <Running job={job} mayChange={mayChange} />;
  if (job.status === 'failed') {
    return (
      <Alert color="red" variant="outline" title="The export failed">
        {job.error_message} {job.error_code !== null && <span className="mono">({job.error_code})</span>}
      </Alert>
    );
  }
  if (job.status === 'cancelled') return <Alert color="orange" variant="outline" title="The export was cancelled" />;
  return null;
}
