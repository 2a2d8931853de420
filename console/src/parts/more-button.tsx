import { Button, Group } from '@mantine/core';

interface MoreProps {
  readonly hasNextPage: boolean;
  readonly isFetchingNextPage: boolean;
  readonly fetchNextPage: () => unknown;
  /** What more of there is. */
  readonly what: string;
}

/** Below a list that goes on. */
export function MoreButton({ hasNextPage, isFetchingNextPage, fetchNextPage, what }: MoreProps) {
  if (!hasNextPage) return null;
  return (
    <Group justify="center" mb="md">
      <Button variant="default" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
        More {what}
      </Button>
    </Group>
  );
}
