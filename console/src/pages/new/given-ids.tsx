/** Properties given by their ids: pasted, or in a file. */
import { Alert, Stack, Text, Textarea } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { DropZone } from '../../parts/drop-zone.tsx';
import { ErrorNote } from '../../parts/error-note.tsx';
import { formatNumber } from '../../text/format.ts';
import { idsIn, type PropertyId } from '../../text/ids-in.ts';
import { TYPING_MS } from './draft.ts';
import { idsInFile } from './id-file.ts';
import { knownIds } from './known-ids.ts';

const UNKNOWN_SHOWN = 10;

interface GivenProps {
  readonly setIds: (ids: readonly number[]) => void;
}

/** Asks which of them are properties, hands those on, and says what was left out. */
function Judged({ given, setIds }: GivenProps & { readonly given: readonly PropertyId[] }) {
  const { data, error, isFetching } = useQuery({
    queryKey: ['known-ids', given],
    queryFn: ({ signal }) => knownIds(given, signal),
    enabled: given.length > 0,
    // Lists may be long.
    gcTime: 0,
  });
  useEffect(() => {
    if (data !== undefined) setIds(data.ids);
  }, [data, setIds]);
  if (error !== null) return <ErrorNote error={error} />;
  if (isFetching) return <Text size="sm">Looking {formatNumber(given.length)} ids up…</Text>;
  const unknown = data?.unknown ?? [];
  if (unknown.length === 0) return null;
  const more = unknown.length > UNKNOWN_SHOWN ? ', …' : '';
  return (
    <Alert color="orange" variant="outline" title={`${formatNumber(unknown.length)} left out`} role="status">
      No property that you may see has the id {unknown.slice(0, UNKNOWN_SHOWN).join(', ')}
      {more}
    </Alert>
  );
}

export function PasteIds({ setIds }: GivenProps) {
  const [text, setText] = useState('');
  const [settled] = useDebouncedValue(text, TYPING_MS);
  const write = (value: string) => {
    setText(value);
    if (value.trim() === '') setIds([]);
  };
  return (
    <Stack mt="sm">
      <Textarea
        label="Property ids"
        description="Numbers or UUIDs, separated by anything: a column of a spreadsheet will do."
        autosize
        minRows={6}
        maxRows={14}
        value={text}
        onChange={({ currentTarget }) => write(currentTarget.value)}
      />
      <Judged given={idsIn(settled)} setIds={setIds} />
    </Stack>
  );
}

export function UploadIds({ setIds }: GivenProps) {
  const [file, setFile] = useState<File | null>(null);
  const { data: given, error } = useQuery({
    queryKey: ['id-file', file?.name, file?.size, file?.lastModified],
    queryFn: () => (file === null ? [] : idsInFile(file)),
    enabled: file !== null,
    gcTime: 0,
  });
  return (
    <Stack mt="sm">
      <DropZone
        label="A list of property ids: text, or CSV with a column reonomy_id, property_id or id"
        accept=".csv,.txt,text/plain,text/csv"
        file={file}
        onFile={setFile}
      />
      <ErrorNote error={error} />
      {given?.length === 0 && <Text role="alert">There is no id in this file.</Text>}
      {given !== undefined && <Judged given={given} setIds={setIds} />}
    </Stack>
  );
}
