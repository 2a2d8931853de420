/** What the Python module says of webhooks that this server signs, and of those that it did not. */
import { describe, expect, it } from 'vitest';
import { signMessage } from '../../src/webhooks/sign.ts';
import { pythonValue, WITHOUT_PYTHON } from './python.ts';

const SECRET = `whsec_${Buffer.alloc(24, 1).toString('base64')}`;
const NEXT_SECRET = `whsec_${Buffer.alloc(24, 2).toString('base64')}`;
const SENT_AT = new Date('2026-03-01T12:00:00Z');
const SENT_SECONDS = SENT_AT.getTime() / 1000;
const BODY = '{"job_id":"ed49987b-6539-4e9e-8a63-2bcd811ef0ec","name":"Mieten für März"}';

interface Received {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly secret: string | readonly string[];
  readonly now: number;
}

async function received(change: Partial<Received> = {}, secrets = [SECRET]): Promise<Received> {
  const message = { id: 'msg_1', accountId: 'c0ffee00-0000-4000-8000-000000000001', body: [BODY], secrets };
  const { headers } = await signMessage(message, SENT_AT, new AbortController().signal);
  return { headers, body: BODY, secret: SECRET, now: SENT_SECONDS, ...change };
}

/** The event, or the name of the error and its words. */
function verify(message: Received): Promise<unknown> {
  const program = `import sys
from conveyance import verify_webhook
m = json.load(sys.stdin)
try:
    told = verify_webhook(m["headers"], m["body"].encode(), m["secret"], now=m["now"])
except Exception as error:
    told = [type(error).__name__, str(error)]
print(json.dumps(told))`;
  return pythonValue(program, {}, JSON.stringify(message));
}

describe.skipIf(WITHOUT_PYTHON)('the Python client takes a webhook', { timeout: 240_000 }, () => {
  it.each<[string, () => Promise<Received>]>([
    ['that this server signed', () => received()],
    [
      'whose headers a framework capitalised',
      async () => {
        const { headers, ...rest } = await received();
        const renamed = Object.entries(headers).map(([name, value]) => [name.toUpperCase(), value]);
        return { ...rest, headers: Object.fromEntries(renamed) };
      },
    ],
    ['signed with the next secret too, while it knows the old one', () => received({}, [NEXT_SECRET, SECRET])],
    [
      'signed with the next secret, while it knows both',
      () => received({ secret: [SECRET, NEXT_SECRET] }, [NEXT_SECRET]),
    ],
    ['of five minutes ago', () => received({ now: SENT_SECONDS + 300 })],
  ])('%s', async (_what, message) => {
    expect(await verify(await message())).toEqual(JSON.parse(BODY));
  });

  const REFUSED = 'WebhookVerificationError';
  it.each<[string, Partial<Received>, string]>([
    ['of another secret', { secret: NEXT_SECRET }, REFUSED],
    ['of another body', { body: BODY.replace('März', 'Mai') }, REFUSED],
    ['of more than five minutes ago', { now: SENT_SECONDS + 301 }, REFUSED],
    ['of more than five minutes ahead', { now: SENT_SECONDS - 301 }, REFUSED],
    ['without its headers', { headers: {} }, REFUSED],
    ['under a secret without its prefix', { secret: SECRET.replace('whsec_', '') }, 'ValueError'],
    ['under a secret that is no base64', { secret: 'whsec_%' }, 'ValueError'],
  ])('but none %s', async (_what, change, error) => {
    expect(await verify(await received(change))).toEqual([error, expect.any(String)]);
  });

  it.each([
    ['webhook-timestamp', 'now'],
    ['webhook-timestamp', '9'.repeat(5000)],
    ['webhook-signature', 'v1,'],
    ['webhook-id', 'msg_2'],
  ])('but none whose %s was changed (%#)', async (name, value) => {
    const { headers, ...rest } = await received();
    expect(await verify({ ...rest, headers: { ...headers, [name]: value } })).toEqual([REFUSED, expect.any(String)]);
  });
});
