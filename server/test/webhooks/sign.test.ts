import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import { describe, expect, test } from 'vitest';
import { encodeBlocks } from '../../src/webhooks/body.ts';
import { signMessage } from '../../src/webhooks/sign.ts';
import { message, NEVER, NEWER_SECRET, SECRET } from './receiver.ts';

const BODY = '{"job":{"id":"6f1c","status":"succeeded"}}';

function sign(overrides: Parameters<typeof message>[1] = {}, at = new Date()) {
  return signMessage(message('https://hooks.example.com/', { body: [BODY], ...overrides }), at, NEVER);
}

function verifies(body: Buffer, headers: Record<string, string>, secret = SECRET): boolean {
  try {
    new Webhook(secret).verify(body, headers, { jsonParse: false });
    return true;
  } catch {
    return false;
  }
}

describe('a signature', () => {
  test('is the specification’s own example', async () => {
    const { headers } = await signMessage(
      {
        id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
        accountId: '0198c0de-0000-7000-8000-000000000001',
        body: ['{"test": 2432232314}'],
        secrets: ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'],
      },
      new Date(1_614_265_330_000),
      NEVER,
    );
    expect(headers).toEqual({
      'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      'webhook-timestamp': '1614265330',
      'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    });
  });

  test('comes once for each live secret, newest first', async () => {
    const at = new Date();
    const both = await sign({ secrets: [NEWER_SECRET, SECRET] }, at);
    const [newer, older] = await Promise.all([sign({ secrets: [NEWER_SECRET] }, at), sign({}, at)]);
    expect(both.headers['webhook-signature']).toBe(
      `${newer.headers['webhook-signature']} ${older.headers['webhook-signature']}`,
    );
  });

  test('does not survive the change of any one bit of the body', async () => {
    const { headers } = await sign();
    const bytes = Buffer.from(BODY);
    expect(verifies(bytes, headers)).toBe(true);
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const altered = Buffer.from(bytes);
      altered.writeUInt8(altered.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      expect(verifies(altered, headers), `bit ${bit}`).toBe(false);
    }
  });

  test('does not survive the change of any one bit of the id, the time, the signature or the secret', async () => {
    const { headers } = await sign();
    const names = ['webhook-id', 'webhook-timestamp', 'webhook-signature'] as const;
    for (const name of names) {
      const bytes = Buffer.from(headers[name]);
      for (let bit = 0; bit < bytes.length * 8; bit++) {
        const altered = Buffer.from(bytes);
        altered.writeUInt8(altered.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
        expect(verifies(Buffer.from(BODY), { ...headers, [name]: altered.toString('latin1') }), `${name} ${bit}`).toBe(
          false,
        );
      }
    }
    const key = Buffer.from(SECRET.slice('whsec_'.length), 'base64');
    for (let bit = 0; bit < key.length * 8; bit++) {
      const altered = Buffer.from(key);
      altered.writeUInt8(altered.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      expect(verifies(Buffer.from(BODY), headers, altered.toString('base64')), `secret ${bit}`).toBe(false);
    }
  });

  test('depends on the text alone, not on how it is cut into chunks', async () => {
    const text = fc.string({ unit: 'binary', maxLength: 200 });
    await fc.assert(
      fc.asyncProperty(text, fc.array(fc.nat(400)), async (whole, cuts) => {
        const at = new Date();
        const places = [0, ...cuts.toSorted((a, b) => a - b), whole.length];
        const chunks = places.map((place, index) => whole.slice(place, places[index + 1]));
        const [one, many] = [await sign({ body: [whole] }, at), await sign({ body: chunks }, at)];
        expect(many).toEqual(one);
        expect(one.bytes).toBe(Buffer.byteLength(whole));
        expect(verifies(Buffer.from(whole), one.headers)).toBe(true);
      }),
    );
  });

  test.each(['', 'whsec_', 'secret', 'whsec_not base64', 'WHSEC_AAAA', 'whsec_ab-_'])(
    'is not made with %j for a secret, and the message does not quote it',
    async (secret) => {
      const refusal = sign({ secrets: [SECRET, secret] });
      await expect(refusal).rejects.toThrow('a webhook secret must be whsec_ and base64');
    },
  );

  test('is not made without a secret', async () => {
    await expect(sign({ secrets: [] })).rejects.toThrow('at least one secret');
  });

  test('is not finished once the work was aborted', async () => {
    const aborted = AbortSignal.abort(new Error('stopped'));
    await expect(signMessage(message('https://hooks.example.com/'), new Date(), aborted)).rejects.toThrow('stopped');
  });
});

describe('a body in blocks', () => {
  test('joins a million small chunks into a few blocks of about 64 KiB', () => {
    const chunks: Iterable<string> = {
      *[Symbol.iterator]() {
        for (let id = 0; id < 1_000_000; id++) yield `,${99_000_000 + id}`;
      },
    };
    const blocks = [...encodeBlocks(chunks)];
    expect(blocks).toHaveLength(Math.ceil(9_000_000 / 65_536));
    expect(Buffer.concat(blocks).toString()).toBe([...chunks].join(''));
  });

  test('keeps a character whole whose halves are the end of one block and the start of the next', () => {
    const [high = '', low = ''] = '😀'.split('');
    const blocks = [...encodeBlocks(['x'.repeat(65_535), high, low, 'y'])];
    expect(Buffer.concat(blocks).toString()).toBe(`${'x'.repeat(65_535)}😀y`);
  });

  test('of nothing is no block', () => {
    expect([...encodeBlocks([])]).toEqual([]);
    expect([...encodeBlocks(['', ''])]).toEqual([]);
  });
});
