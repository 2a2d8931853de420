/** What went wrong, why, and what to do, with the name of the request for whoever is asked. */
import { ApiError, NetworkError } from '@conveyance/sdk';
import { Alert, List, Text } from '@mantine/core';
import { CopyButton } from './copy-button.tsx';

function titleOf(error: Error): string {
  if (error instanceof ApiError) return error.error;
  return error instanceof NetworkError ? 'The server does not answer' : 'That did not work';
}

export function ErrorNote({ error }: { readonly error: Error | null }) {
  if (error === null) return null;
  const isApi = error instanceof ApiError;
  return (
    <Alert color="red" title={titleOf(error)} role="alert" variant="outline">
      <Text size="sm">{error.message}</Text>
      {isApi && error.errors.length > 1 && (
        <List size="sm" mt="xs">
          {error.errors.map((fault) => (
            <List.Item key={fault}>{fault}</List.Item>
          ))}
        </List>
      )}
      {isApi && error.requestId !== null && (
        <Text size="sm" mt="xs">
          Request <span className="mono">{error.requestId}</span>{' '}
          <CopyButton text={error.requestId} what="request id" />
        </Text>
      )}
    </Alert>
  );
}
