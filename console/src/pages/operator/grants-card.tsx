/** Which properties a customer may see; what a change comes to is shown before it is made. */
import { Alert, Button, Code, Group, NativeSelect, Paper, Stack, Text, Textarea, Title } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { ErrorNote } from '../../parts/error-note.tsx';
import { grantsQuery, type NewGrants, operate } from '../../server/admin.ts';
import type { Grants, GrantsChange } from '../../server/admin-wire.ts';
import { queryClient } from '../../server/queries.ts';
import { formatNumber } from '../../text/format.ts';
import { idsIn } from '../../text/ids-in.ts';
import { counted } from '../../text/units.ts';

type Kind = Grants['kind'];

const KINDS: readonly { readonly value: Kind; readonly label: string }[] = [
  { value: 'all', label: 'all properties' },
  { value: 'rule', label: 'those that meet a rule' },
  { value: 'list', label: 'those of a list of ids' },
];

function Now({ grants }: { readonly grants: Grants }) {
  const { kind, rule, properties, unknown_properties: unknown } = grants;
  return (
    <Text mb="sm">
      {kind === 'all' && 'All: '}
      {kind === 'list' && 'A list: '}
      {kind === 'rule' && (
        <>
          By the rule <Code style={{ overflowWrap: 'anywhere' }}>{rule}</Code>:{' '}
        </>
      )}
      {counted(properties, 'property', 'properties')} of the data as it is
      {unknown > 0 && `, and ${counted(unknown, 'id', 'ids')} that it does not have`}
    </Text>
  );
}

function asked(kind: Kind, text: string): NewGrants {
  if (kind === 'all') return { all: true };
  if (kind === 'rule') return { rule: text.trim() };
  return { property_ids: idsIn(text).filter((id) => typeof id === 'number') };
}

interface TrialProps {
  readonly change: GrantsChange;
  readonly give: () => void;
  readonly isGiving: boolean;
  readonly leave: () => void;
}

function Trial({ change, give, isGiving, leave }: TrialProps) {
  const { added, removed, after, schedules_in_need: schedules } = change;
  return (
    <Alert variant="outline" color="orange" title="What it would change" role="status">
      <Text size="sm" mb="sm">
        {counted(added, 'property comes', 'properties come')}, {counted(removed, 'goes', 'go')}:{' '}
        {formatNumber(after.properties)} then. Exports that were accepted are not affected.
        {schedules > 0 && ` ${counted(schedules, 'schedule names', 'schedules name')} such properties, and would fail.`}
      </Text>
      <Group gap="xs">
        <Button size="compact-sm" onClick={give} loading={isGiving}>
          Yes, give these
        </Button>
        <Button size="compact-sm" variant="default" onClick={leave}>
          Leave it
        </Button>
      </Group>
    </Alert>
  );
}

export function GrantsCard({ id }: { readonly id: string }) {
  const { data, error } = useQuery(grantsQuery(id));
  const [kind, setKind] = useState<Kind>('all');
  const [text, setText] = useState('');
  const change = asked(kind, text);
  const trial = useMutation({ mutationFn: () => operate.replaceGrants(id, change, true) });
  const replace = useMutation({
    mutationFn: () => operate.replaceGrants(id, change, false),
    onSuccess: () => {
      trial.reset();
      return queryClient.invalidateQueries({ queryKey: ['operator'] });
    },
  });
  const write = (next: { readonly kind?: Kind; readonly text?: string }) => {
    // What was shown of another change is not true of this one.
    trial.reset();
    setKind(next.kind ?? kind);
    setText(next.text ?? text);
  };
  return (
    <Paper withBorder p="md">
      <Title order={2} size="h4" mb="xs">
        Properties
      </Title>
      {data !== undefined && <Now grants={data} />}
      <Stack gap="sm">
        <NativeSelect
          label="May see"
          maw="20rem"
          value={kind}
          onChange={({ currentTarget }) =>
            write({ kind: KINDS.find(({ value }) => value === currentTarget.value)?.value ?? 'all' })
          }
          data={[...KINDS]}
        />
        {kind !== 'all' && (
          <Textarea
            label={kind === 'rule' ? 'Rule' : 'Property ids'}
            description={
              kind === 'rule'
                ? 'Looked at anew with each load: what is added later and meets it may be seen.'
                : 'Numbers, separated by anything.'
            }
            placeholder={kind === 'rule' ? "state = 'GA' AND unit_count >= 50" : '99001416, 99001470'}
            autosize
            minRows={2}
            maxRows={8}
            value={text}
            onChange={({ currentTarget }) => write({ text: currentTarget.value })}
          />
        )}
        <Group>
          <Button
            variant="default"
            onClick={() => trial.mutate()}
            loading={trial.isPending}
            disabled={kind !== 'all' && text.trim() === ''}
          >
            See what would change
          </Button>
        </Group>
        {trial.data !== undefined && (
          <Trial change={trial.data} give={() => replace.mutate()} isGiving={replace.isPending} leave={trial.reset} />
        )}
        <ErrorNote error={error ?? trial.error ?? replace.error} />
      </Stack>
    </Paper>
  );
}
