/** The ways in: an invitation, an access key, a personal token. */
import { Anchor, Button, Center, Paper, PasswordInput, Stack, Tabs, Text, TextInput, Title } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, type ReactNode, useState } from 'react';
import { useLocation } from 'wouter';
import { ErrorNote } from '../parts/error-note.tsx';
import { become } from '../server/queries.ts';
import { type SignIn, signIn } from '../server/session.ts';

function useSignIn() {
  return useMutation({
    mutationFn: (proof: SignIn) => signIn(proof),
    onSuccess: become,
  });
}

function Card({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  useDocumentTitle(`${title} · Conveyance`);
  return (
    <Center component="main" mih="100vh" p="md">
      <Paper withBorder p="xl" w="100%" maw={440}>
        <Stack>
          <Title order={1} size="h2">
            {title}
          </Title>
          {children}
        </Stack>
      </Paper>
    </Center>
  );
}

/** A click is asked for: a program that opens links for safety’s sake must not use the invitation up. */
export function InvitationPage() {
  const [, navigate] = useLocation();
  const [token] = useState(() => window.location.hash.slice(1));
  const accept = useSignIn();
  const enter = () => accept.mutate({ invitation: token }, { onSuccess: () => navigate('/', { replace: true }) });
  return (
    <Card title="You are invited">
      <Text>This link signs you in to Conveyance, once. From there you export property data, and watch it happen.</Text>
      <ErrorNote error={accept.error} />
      <Button onClick={enter} loading={accept.isPending} disabled={token === ''}>
        Accept the invitation
      </Button>
      {token === '' && <Text size="sm">The link is not complete: copy all of it, with what follows the #.</Text>}
    </Card>
  );
}

interface ProofProps {
  readonly proofOf: (field: (name: string) => string) => SignIn;
  readonly children: ReactNode;
}

function ProofForm({ proofOf, children }: ProofProps) {
  const enter = useSignIn();
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const fields = new FormData(event.currentTarget);
    enter.mutate(proofOf((name) => String(fields.get(name)).trim()));
  };
  return (
    <form onSubmit={submit}>
      <Stack mt="md">
        {children}
        <ErrorNote error={enter.error} />
        <Button type="submit" loading={enter.isPending}>
          Sign in
        </Button>
      </Stack>
    </form>
  );
}

interface HiddenProps {
  readonly name: string;
  readonly label: string;
  readonly what: string;
  readonly placeholder?: string;
}

/** Not shown while it is typed, unless somebody asks. */
function Hidden({ name, label, what, placeholder }: HiddenProps) {
  return (
    <PasswordInput
      name={name}
      label={label}
      placeholder={placeholder}
      required
      autoComplete="current-password"
      visibilityToggleButtonProps={{ 'aria-label': `Show the ${what}` }}
    />
  );
}

function KeyForm() {
  return (
    <ProofForm proofOf={(field) => ({ access_key: field('key'), secret: field('secret') })}>
      <TextInput name="key" label="Access key" placeholder="cvk_…" required autoComplete="username" />
      <Hidden name="secret" label="Secret" what="secret" />
    </ProofForm>
  );
}

function TokenForm() {
  return (
    <ProofForm proofOf={(field) => ({ token: field('token') })}>
      <Hidden name="token" label="Personal token" what="token" placeholder="cvt_…" />
    </ProofForm>
  );
}

export function SignInPage() {
  return (
    <Card title="Sign in to Conveyance">
      <Text>Open the link of your invitation, or sign in with what your programs use.</Text>
      <Tabs defaultValue="key">
        <Tabs.List>
          <Tabs.Tab value="key">Access key</Tabs.Tab>
          <Tabs.Tab value="token">Personal token</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="key">
          <KeyForm />
        </Tabs.Panel>
        <Tabs.Panel value="token">
          <TokenForm />
        </Tabs.Panel>
      </Tabs>
      <Text size="sm">
        Do you write programs?{' '}
        <Anchor href="/docs/start" underline="always">
          Start here
        </Anchor>
        .
      </Text>
    </Card>
  );
}
