/** A file of addresses or coordinates, to which the properties are found. */
import { Alert, Checkbox, Skeleton, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { DropZone } from '../../parts/drop-zone.tsx';
import { ErrorNote } from '../../parts/error-note.tsx';
import { client } from '../../server/client.ts';
import { guessedChoice, kindOf, MatchMappingFields, mappingOf } from './match-mapping.tsx';
import { type MatchTable, readMatchTable } from './match-table.ts';
import { SubmitFileJob } from './submit-file-job.tsx';

function Mapped({ file, table }: { readonly file: File; readonly table: MatchTable }) {
  const [kind, setKind] = useState(() => kindOf(table.found));
  const [choice, setChoice] = useState(() => guessedChoice(table.found));
  const [isExplained, setExplained] = useState(false);
  const mapping = mappingOf(kind, choice);
  const metadata = {
    headers: table.columns,
    mapping: mapping ?? {},
    ...(isExplained && ({ explain: true } as const)),
  };
  const submit = () => client.files.submit('match', file, { filename: file.name, metadata });
  return (
    <Stack>
      {mapping === null && (
        <Alert color="orange" variant="outline" title="Which columns say where the properties are?" role="status">
          The names of the columns do not tell all of it: choose what is missing.
          {table.found.twin !== null &&
            ` Two columns are called “${table.found.twin}”: give the columns names of their own.`}
        </Alert>
      )}
      <MatchMappingFields table={table} kind={kind} choice={choice} setKind={setKind} setChoice={setChoice} />
      <Checkbox
        label="Add columns that say why a property was chosen"
        checked={isExplained}
        onChange={({ currentTarget }) => setExplained(currentTarget.checked)}
      />
      <SubmitFileJob
        label="Match the file"
        isReady={mapping !== null}
        submit={submit}
        request={mapping === null ? null : { kind: 'match', filename: file.name, metadata }}
      />
    </Stack>
  );
}

export function MatchForm() {
  const [file, setFile] = useState<File | null>(null);
  const identity = [file?.name, file?.size, file?.lastModified];
  const { data: table, error } = useQuery({
    queryKey: ['match-file', ...identity],
    queryFn: () => (file === null ? null : readMatchTable(file)),
    enabled: file !== null,
    gcTime: 0,
  });
  return (
    <Stack>
      <DropZone
        label="A CSV file of addresses or coordinates, up to 100,000 rows. Its rows come back with the property’s id before them."
        accept=".csv,.tsv,.txt,text/csv"
        file={file}
        onFile={setFile}
      />
      <ErrorNote error={error} />
      {file !== null && table === undefined && error === null && <Skeleton h={200} />}
      {file !== null && table && <Mapped key={identity.join('/')} file={file} table={table} />}
    </Stack>
  );
}
