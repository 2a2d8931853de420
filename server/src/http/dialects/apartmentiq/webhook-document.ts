/** What the server sends on its own initiative, as OpenAPI 3.1 describes it: here the receiver's answers are the responses. */
import { batchJobSchema } from '../../../wire/apartmentiq/batch-job.ts';
import { testEventSchema } from '../../../wire/apartmentiq/webhook-delivery.ts';
import type { DialectDocument } from '../../server/dialect.ts';

interface TextSchema {
  readonly type: 'string';
  readonly format?: string;
  readonly pattern?: string;
  readonly example?: string;
}

function header(name: string, description: string, schema: TextSchema) {
  return { name, in: 'header', required: true, description, schema };
}

const HEADERS = [
  header('webhook-id', 'The delivery’s id: the same on every try, so that a message that comes twice can be told.', {
    type: 'string',
    format: 'uuid',
  }),
  header('webhook-timestamp', 'When this try was signed, in seconds since 1970. Refuse what is minutes old.', {
    type: 'string',
    pattern: '^\\d+$',
  }),
  header(
    'webhook-signature',
    'HMAC-SHA-256 over `id.timestamp.body` with a secret of your account, `v1,` and base64; for a day after a rotation two of them, ' +
      'with a space between.',
    { type: 'string', example: 'v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=' },
  ),
];

const ANSWERS = {
  '2XX': { description: 'Delivered, if it comes within 15 seconds. The body is not looked at; its first KiB is kept.' },
  410: { description: 'The receiver wants no more of this message: no further try.' },
  default: {
    description:
      'Not delivered, redirects included: tried again on the published schedule, or when `Retry-After` says, up to a day later.',
  },
};

interface Event {
  readonly operationId: string;
  readonly summary: string;
  readonly description: string;
}

function message(event: Event, schema: object) {
  return {
    ...event,
    tags: ['Webhooks'],
    // The signature proves the sender: it contains no credential of the receiver.
    security: [],
    parameters: HEADERS,
    requestBody: { required: true, content: { 'application/json': { schema } } },
    responses: ANSWERS,
  };
}

export const WEBHOOKS: NonNullable<DialectDocument['webhooks']> = (write) => ({
  jobEnded: {
    post: message(
      {
        operationId: 'jobEnded',
        summary: 'Job Ended',
        description:
          'Posted to the job’s `callback_url` when it has succeeded, failed or was cancelled, at least once. The body is byte for ' +
          'byte what `getBatchJob` answers from then on.',
      },
      write(batchJobSchema),
    ),
  },
  test: {
    post: message(
      {
        operationId: 'testEvent',
        summary: 'Test Event',
        description: 'What `sendTestWebhook` sends. It is tried once.',
      },
      write(testEventSchema),
    ),
  },
});
