/** The two kinds of property ids, from one to the other and back, over HTTP. */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PropertyIdSet } from '../../src/core/ids/property-ids.ts';
import { GUIDE_IDS, type TestAccount, type TestApp, testApp } from '../support/app.ts';

const URL_OF_IDS = '/apartmentiq/api/v1/properties/ids';
const [FIRST, SECOND, THIRD] = GUIDE_IDS;

let app: TestApp;
let account: TestAccount;
beforeAll(async () => {
  app = await testApp();
  account = await app.account();
});
afterAll(() => app?.close());

function translate(ids: unknown, of: TestAccount = account) {
  return app.as(of, { method: 'POST', url: URL_OF_IDS, payload: { ids } });
}

async function uuidOf(id: number): Promise<string> {
  return (await translate([id])).json().properties[0].reonomy_id;
}

describe('POST /properties/ids', () => {
  it('gives both ids of each, in the order asked, for either kind and in any case', async () => {
    const [first, second] = [await uuidOf(FIRST), await uuidOf(SECOND)];
    expect(first).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-5/);
    const answer = await translate([second.toUpperCase(), FIRST, second]);
    expect(answer.json()).toEqual({
      properties: [
        { id: SECOND, reonomy_id: second },
        { id: FIRST, reonomy_id: first },
        { id: SECOND, reonomy_id: second },
      ],
      unknown: [],
    });
  });

  it('agrees with look-ups and with the other dialect', async () => {
    const uuid = await uuidOf(FIRST);
    const looked = await app.as(account, { url: '/api/v1/properties/lookup?per_page=100' });
    const listed: { id: number; reonomy_id: string }[] = looked.json().properties;
    expect(listed.find(({ id }) => id === FIRST)?.reonomy_id).toBe(uuid);
    const { accessKey, secret } = account.key;
    const authorization = `Basic ${Buffer.from(`${accessKey}:${secret}`).toString('base64')}`;
    const headers = { authorization, 'user-agent': 'test' };
    const property = await app.http.inject({ url: `/v2/property/${uuid}`, headers });
    expect(property.json()).toMatchObject({ id: uuid, property_id: FIRST });
  });

  it('tells a property that one may not see from one that does not exist by nothing', async () => {
    const narrow = await app.account({ grants: PropertyIdSet.of([FIRST]) });
    const foreign = await uuidOf(THIRD);
    const unknown = [SECOND, 7, foreign, '00000000-0000-4000-8000-000000000000'];
    const answer = await translate([...unknown, FIRST], narrow);
    expect(answer.json()).toMatchObject({ properties: [{ id: FIRST }], unknown });
  });

  it.each([
    [undefined, 'ids is required and must be a non-empty array'],
    [[], 'ids is required and must be a non-empty array'],
    [[1, 'x'], 'ids must contain only positive integers and UUIDs; the first that is neither has position 2'],
    [[0], 'ids must contain only positive integers and UUIDs; the first that is neither has position 1'],
    [Array.from({ length: 10_001 }, () => 1), 'ids must contain at most 10000 IDs'],
  ])('refuses %j', async (ids, message) => {
    const answer = await translate(ids);
    expect([answer.statusCode, answer.json().message]).toEqual([400, message]);
  });
});
