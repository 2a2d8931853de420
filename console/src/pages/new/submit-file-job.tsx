/** What the forms of all file jobs end with: the button, what came of it, and the same for programs. */
import type { FileJob } from '@conveyance/sdk';
import { Button, Group, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useLocation } from 'wouter';
import { CopyFileJobAs, ForPrograms } from '../../parts/copy-as.tsx';
import { ErrorNote } from '../../parts/error-note.tsx';
import { fileJobsQuery, queryClient } from '../../server/queries.ts';
import type { FileJobRequest } from '../../text/copy-file-job.ts';

interface SubmitProps {
  readonly label: string;
  readonly isReady: boolean;
  readonly submit: () => Promise<FileJob>;
  /** The same for programs; null as long as something of it is missing. */
  readonly request: FileJobRequest | null;
}

export function SubmitFileJob({ label, isReady, submit, request }: SubmitProps) {
  const [, navigate] = useLocation();
  const create = useMutation({
    mutationFn: submit,
    onSuccess: (job) => {
      queryClient.setQueryData(['file-job', job.id], job);
      void queryClient.invalidateQueries({ queryKey: fileJobsQuery.queryKey });
      navigate(`/files/${job.id}`);
    },
  });
  return (
    <Stack gap="xs">
      <ErrorNote error={create.error} />
      <Group>
        <Button onClick={() => create.mutate()} loading={create.isPending} disabled={!isReady}>
          {label}
        </Button>
      </Group>
      <Text size="sm" c="dimmed">
        One of these runs at a time for each person; the next can be sent when it has ended.
      </Text>
      {request !== null && (
        <ForPrograms>
          <CopyFileJobAs request={request} />
        </ForPrograms>
      )}
    </Stack>
  );
}
