/** A new key: its name, what it may do, and for how long. */
import { KEY_SCOPES, type KeyRequest, type KeyScope } from '@conveyance/sdk';
import {
  Button,
  Checkbox,
  Group,
  NativeSelect,
  Paper,
  SegmentedControl,
  Stack,
  Text,
  TextInput,
  Title,
} from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { ErrorNote } from '../../parts/error-note.tsx';
import { client } from '../../server/client.ts';
import { keysQuery, queryClient } from '../../server/queries.ts';
import { MS_PER_DAY } from '../../text/format.ts';
import { IssuedSecret } from './issued-secret.tsx';
import { SCOPE_WORDS } from './key-words.ts';

const SPANS = [
  { value: '', label: 'when it is revoked' },
  { value: '30', label: 'in 30 days' },
  { value: '90', label: 'in 90 days' },
  { value: '365', label: 'in a year' },
];
const KINDS = [
  { value: 'key', label: 'Access key' },
  { value: 'token', label: 'Personal token' },
];
const KIND_WORDS: Readonly<Record<string, string>> = {
  key: 'A pair of key and secret, for OAuth, HTTP Basic and SFTP.',
  token: 'One string that goes as it is behind “Authorization: Bearer”.',
};

function upperFirst(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function endAfter(days: string): string | null {
  return days === '' ? null : new Date(Date.now() + Number(days) * MS_PER_DAY).toISOString();
}

interface FieldsProps {
  readonly kind: string;
  readonly setKind: (kind: string) => void;
  readonly offered: readonly KeyScope[];
  readonly scopes: readonly KeyScope[];
  readonly setScopes: (scopes: readonly KeyScope[]) => void;
}

function Fields({ kind, setKind, offered, scopes, setScopes }: FieldsProps) {
  return (
    <>
      <div>
        <SegmentedControl aria-label="Kind" data={KINDS} value={kind} onChange={setKind} />
        <Text size="sm" mt={4}>
          {KIND_WORDS[kind]}
        </Text>
      </div>
      <Group align="end">
        <TextInput name="name" label="Name" placeholder="Where it is used" required maxLength={200} />
        <NativeSelect name="days" label="Ends" data={SPANS} />
      </Group>
      <Checkbox.Group
        label="It may"
        value={[...scopes]}
        onChange={(chosen) => setScopes(offered.filter((scope) => chosen.includes(scope)))}
      >
        <Group gap="lg" mt="xs">
          {offered.map((scope) => (
            <Checkbox key={scope} value={scope} label={upperFirst(SCOPE_WORDS[scope])} />
          ))}
        </Group>
      </Checkbox.Group>
    </>
  );
}

export function NewKey({ may }: { readonly may: readonly string[] }) {
  const offered = KEY_SCOPES.filter((scope) => may.includes(scope));
  const [kind, setKind] = useState('key');
  const [scopes, setScopes] = useState<readonly KeyScope[]>(() => offered.filter((scope) => scope !== 'keys'));
  const create = useMutation({
    mutationFn: (request: KeyRequest) => client.keys.create(request),
    gcTime: 0,
    onSuccess: () => queryClient.invalidateQueries({ queryKey: keysQuery.queryKey }),
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    const fields = new FormData(form);
    const request = {
      name: String(fields.get('name')),
      kind: kind === 'token' ? 'token' : 'key',
      scopes,
      expires_at: endAfter(String(fields.get('days'))),
    } as const;
    create.mutate(request, { onSuccess: () => form.reset() });
  };
  return (
    <Paper withBorder p="md">
      <Title order={2} size="h4" mb="xs">
        New key
      </Title>
      <form onSubmit={submit}>
        <Stack>
          <Fields {...{ kind, setKind, offered, scopes, setScopes }} />
          <Group>
            <Button type="submit" loading={create.isPending} disabled={scopes.length === 0}>
              {kind === 'token' ? 'Create the token' : 'Create the key'}
            </Button>
          </Group>
          <ErrorNote error={create.error} />
          {create.data !== undefined && <IssuedSecret issued={create.data} close={create.reset} />}
        </Stack>
      </form>
    </Paper>
  );
}
