/** Where a file is dropped, or chosen. */
import { Button, FileButton, Paper, Stack, Text } from '@mantine/core';
import { type DragEvent, useState } from 'react';

interface DropZoneProps {
  /** What is wanted, and in which form. */
  readonly label: string;
  /** Names' ends and types, as a browser's file dialogue takes them. */
  readonly accept: string;
  readonly file: File | null;
  readonly onFile: (file: File) => void;
}

export function DropZone({ label, accept, file, onFile }: DropZoneProps) {
  const [isOver, setOver] = useState(false);
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    const [dropped] = event.dataTransfer.files;
    if (dropped !== undefined) onFile(dropped);
  };
  const hover = (event: DragEvent) => {
    // Without this the browser would open the file in the place of the page.
    event.preventDefault();
    setOver(true);
  };
  return (
    <Paper
      withBorder
      p="lg"
      className="drop-zone"
      data-over={isOver || undefined}
      data-testid="drop-zone"
      onDragOver={hover}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      <Stack align="center" gap="xs">
        <Text ta="center">{file === null ? label : <b>{file.name}</b>}</Text>
        <FileButton onChange={(chosen) => chosen !== null && onFile(chosen)} accept={accept}>
          {(props) => (
            <Button {...props} variant="default">
              {file === null ? 'Choose a file' : 'Choose another file'}
            </Button>
          )}
        </FileButton>
        <Text size="sm" c="dimmed" ta="center">
          {file === null ? 'or drop it here' : 'or drop one here'}
        </Text>
      </Stack>
    </Paper>
  );
}
