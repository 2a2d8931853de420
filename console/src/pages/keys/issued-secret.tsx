/** A secret that was just made: shown once, and gone with the page. */
import type { IssuedKey } from '@conveyance/sdk';
import { Alert, Button, Group, Text } from '@mantine/core';
import { CopyButton } from '../../parts/copy-button.tsx';

interface IssuedProps {
  readonly issued: IssuedKey;
  readonly close: () => void;
}

function Line({ name, what, text }: { readonly name: string; readonly what: string; readonly text: string }) {
  return (
    <Text size="sm" mb={4}>
      {name} <span className="mono">{text}</span> <CopyButton text={text} what={what} />
    </Text>
  );
}

export function IssuedSecret({ issued: { key, secret }, close }: IssuedProps) {
  const isKey = key.access_key !== null;
  return (
    <Alert variant="outline" title="Copy it now: it is not shown again" role="status">
      {key.access_key !== null && <Line name="Access key" what="access key" text={key.access_key} />}
      <Line name={isKey ? 'Secret' : 'Personal token'} what={isKey ? 'secret' : 'personal token'} text={secret} />
      <Group mt="xs">
        <Button size="compact-sm" variant="default" onClick={close}>
          I have it
        </Button>
      </Group>
    </Alert>
  );
}
