/** The file: how large it is, how to know that it came whole, and until when it can be had. */
import type { ReportJob } from '@conveyance/sdk';
import { Alert, Anchor, Button, Group, Paper, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { Link } from 'wouter';
import { CopyButton } from '../../parts/copy-button.tsx';
import { ErrorNote } from '../../parts/error-note.tsx';
import { saveResult } from '../../server/save-result.ts';
import { formatBytes, formatInstant, formatNumber, formatRelative } from '../../text/format.ts';

export function ResultCard({ job }: { readonly job: ReportJob }) {
  const fetchFile = useMutation({ mutationFn: () => saveResult(job.job_id, job.result?.filename ?? '') });
  const { result, expires_at: expiresAt } = job;
  if (result === null) return null;
  if (expiresAt !== null && Date.parse(expiresAt) < Date.now()) {
    return (
      <Alert color="orange" variant="outline" title="The file was deleted at the end of its time">
        <Button component={Link} href={`/new?from=${job.job_id}`} size="compact-sm">
          Run it again
        </Button>
      </Alert>
    );
  }
  return (
    <Paper withBorder p="md">
      <Stack gap="xs">
        <Group justify="space-between">
          <Text fw={600} className="mono">
            {result.filename}
          </Text>
          <Button onClick={() => fetchFile.mutate()} loading={fetchFile.isPending}>
            Download
          </Button>
        </Group>
        <Text>
          {formatBytes(result.bytes)} · {formatNumber(result.rows)} rows
        </Text>
        <Text size="sm">
          SHA-256 <span className="mono">{result.sha256}</span> <CopyButton text={result.sha256} what="SHA-256" />
        </Text>
        <Text size="sm">
          <Anchor href={`/api/v1/bulk_api/jobs/${job.job_id}/manifest`} underline="always" inherit>
            Manifest
          </Anchor>
          : columns, rows, bytes and hash for a program
        </Text>
        {expiresAt !== null && (
          <Text size="sm" c="dimmed">
            Kept until {formatInstant(expiresAt)} ({formatRelative(expiresAt)})
          </Text>
        )}
        <ErrorNote error={fetchFile.error} />
      </Stack>
    </Paper>
  );
}
