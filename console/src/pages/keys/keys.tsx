/** What the account’s programs prove themselves by: who may do what, when it was last used, and how it ends. */
import type { Key } from '@conveyance/sdk';
import { Alert, Skeleton, Stack, Switch, Table, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Empty } from '../../parts/empty.tsx';
import { ErrorNote } from '../../parts/error-note.tsx';
import { Instant } from '../../parts/instant.tsx';
import { PageTitle } from '../../parts/page-title.tsx';
import { WideTable } from '../../parts/wide-table.tsx';
import { keysQuery, sessionQuery } from '../../server/queries.ts';
import { shownAddress } from '../../text/format.ts';
import { KeyChanges } from './key-changes.tsx';
import { endOf, scopeWords } from './key-words.ts';
import { NewKey } from './new-key.tsx';

function LastUse({ last_used_at: at, last_address: address }: Pick<Key, 'last_used_at' | 'last_address'>) {
  if (at === null) return 'never';
  return (
    <>
      <Instant iso={at} />
      {address !== null && (
        <Text size="sm" c="dimmed">
          from {shownAddress(address)}
        </Text>
      )}
    </>
  );
}

function Ending({ ends }: { readonly ends: ReturnType<typeof endOf> }) {
  if (ends.at === null) return 'when it is revoked';
  return (
    <>
      {ends.word} <Instant iso={ends.at} />
    </>
  );
}

function Row({ apiKey }: { readonly apiKey: Key }) {
  const ends = endOf(apiKey, Date.now());
  return (
    <Table.Tr>
      <Table.Td style={{ overflowWrap: 'anywhere' }}>
        <b>{apiKey.name ?? 'without a name'}</b>
        <Text size="sm" c="dimmed" className={apiKey.access_key === null ? undefined : 'mono'}>
          {apiKey.access_key ?? 'personal token'}
        </Text>
      </Table.Td>
      <Table.Td>{scopeWords(apiKey.scopes)}</Table.Td>
      <Table.Td>
        <Instant iso={apiKey.created_at} />
      </Table.Td>
      <Table.Td>
        <LastUse {...apiKey} />
      </Table.Td>
      <Table.Td>
        <Ending ends={ends} />
      </Table.Td>
      <Table.Td>{!ends.isOver && <KeyChanges apiKey={apiKey} />}</Table.Td>
    </Table.Tr>
  );
}

function List() {
  const [withEnded, setWithEnded] = useState(false);
  const { data, error, isPending } = useQuery(keysQuery);
  if (error !== null) return <ErrorNote error={error} />;
  if (isPending) return <Skeleton h={200} />;
  const working = data.filter((key) => !endOf(key, Date.now()).isOver);
  const shown = withEnded ? data : working;
  return (
    <>
      {data.length > working.length && (
        <Switch
          label="Ended ones too"
          checked={withEnded}
          onChange={({ currentTarget }) => setWithEnded(currentTarget.checked)}
        />
      )}
      {shown.length === 0 ? (
        <Empty what="A key lets a program of yours make exports and fetch files. None works just now." />
      ) : (
        <WideTable label="Keys and tokens" minWidth={860} heads={['Key', 'May', 'Made', 'Last used', 'Ends', 'Change']}>
          {shown.map((key) => (
            <Row key={key.credential_id} apiKey={key} />
          ))}
        </WideTable>
      )}
    </>
  );
}

export function KeysPage() {
  const { data: session } = useQuery(sessionQuery);
  const may = session?.scopes ?? [];
  return (
    <>
      <PageTitle title="API keys" />
      {may.includes('keys') ? (
        <Stack>
          <NewKey may={may} />
          <List />
        </Stack>
      ) : (
        <Alert color="orange" variant="outline" title="You may not see or make keys">
          {session?.role === 'viewer'
            ? 'Ask whoever invited you for an invitation as a member.'
            : 'You signed in with a key or token that has not the scope keys. Sign in by an invitation as a member, or ask the operator of the server.'}
        </Alert>
      )}
    </>
  );
}
