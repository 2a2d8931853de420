import { Code, Paper, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { CopyButton } from './copy-button.tsx';

interface EmptyProps {
  /** What will be here. */
  readonly what: string;
  readonly command?: string;
  readonly children?: ReactNode;
}

/** A place without anything in it yet: what it will hold, what to do, and the same as a command. */
export function Empty({ what, command, children }: EmptyProps) {
  return (
    <Paper withBorder p="xl">
      <Stack align="center" gap="sm">
        <Text ta="center">{what}</Text>
        {children}
        {command !== undefined && (
          <Text size="sm" ta="center">
            <Code>{command}</Code> <CopyButton text={command} what="command" />
          </Text>
        )}
      </Stack>
    </Paper>
  );
}
