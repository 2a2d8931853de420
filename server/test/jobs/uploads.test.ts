/** Which uploads are received: one of a key at a time, and none for which there is no room. */
import { describe, expect, it } from 'vitest';
import type { Deps } from '../../src/core/ports/deps.ts';
import { MAX_FORM_BYTES } from '../../src/core/ports/intake.ts';
import { Uploads } from '../../src/jobs/create/uploads.ts';

const MINIMUM = 1000;
const ONE = { credentialId: 'one' };
const OTHER = { credentialId: 'other' };

function uploads(freeBytes = Number.MAX_SAFE_INTEGER): Uploads {
  const deps = { store: { freeBytes: async () => freeBytes }, policy: { minimumFreeBytes: MINIMUM } };
  // What this rule uses of each port; the compiler wants whole ports.
  return new Uploads(deps as unknown as Pick<Deps, 'store' | 'policy'>);
}

/** An upload that is being received until it is let go. */
function held(of: Uploads, caller: { readonly credentialId: string }, bytes: number) {
  let end: () => void = () => undefined;
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  return { done: of.receive(caller, bytes, () => ended), end: () => end() };
}

describe('uploads of an access key', () => {
  it('are received one at a time; those of other keys beside it', async () => {
    const shared = uploads();
    const first = held(shared, ONE, 1);
    const further = shared.receive(ONE, 1, async () => 'read');
    await expect(further).rejects.toMatchObject({ code: 'job_in_progress', jobId: null, retryAfterSeconds: 1 });
    expect(await shared.receive(OTHER, 1, async () => 'read')).toBe('read');
    first.end();
    await first.done;
    expect(await shared.receive(ONE, 1, async () => 'read')).toBe('read');
  });

  it('may come again after one that failed', async () => {
    const shared = uploads();
    await expect(shared.receive(ONE, 1, () => Promise.reject(new Error('broken off')))).rejects.toThrow('broken off');
    expect(await shared.receive(ONE, 1, async () => 'read')).toBe('read');
  });
});

describe('an upload for which there is no room', () => {
  const NO_ROOM = { code: 'unavailable', retryAfterSeconds: 30 };
  let read = 0;
  const count = async () => void read++;

  it('is refused by what it announces, before any of it is read', async () => {
    read = 0;
    await expect(uploads(MINIMUM + 500).receive(ONE, 501, count)).rejects.toMatchObject(NO_ROOM);
    expect(read).toBe(0);
    await uploads(MINIMUM + 500).receive(ONE, 500, count);
    expect(read).toBe(1);
  });

  it('is refused by the most that it may have, when it announces nothing', async () => {
    await expect(uploads(MINIMUM + MAX_FORM_BYTES - 1).receive(ONE, undefined, count)).rejects.toMatchObject(NO_ROOM);
    await uploads(MINIMUM + MAX_FORM_BYTES).receive(ONE, undefined, count);
  });

  it('is refused beside others that are on their way, and not after them', async () => {
    const shared = uploads(MINIMUM + 500);
    const first = held(shared, ONE, 300);
    await expect(shared.receive(OTHER, 300, count)).rejects.toMatchObject(NO_ROOM);
    first.end();
    await first.done;
    await shared.receive(OTHER, 300, count);
  });
});
