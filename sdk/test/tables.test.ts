/** Which columns of a customer's table count, and what a match says of its rows. */
import { describe, expect, it } from 'vitest';
import { findMatchColumns, type MatchVerdict, VerdictReader } from '../src/index.ts';

describe('the columns of a table', () => {
  it.each([
    [
      'an address',
      ['Name', 'Street Address', 'City', 'ST', 'ZIP Code'],
      {
        address_line_1: 'Street Address',
        address_city: 'City',
        address_state: 'ST',
        address_postal: 'ZIP Code',
      },
    ],
    ['a point', ['lat', 'lng', 'note'], { latitude: 'lat', longitude: 'lng' }],
    ['both', ['Address', 'City', 'State', 'Zip', 'lat', 'lon'], null],
    ['half an address', ['Address', 'City'], null],
    ['two streets', ['Address', 'Street', 'City', 'State', 'Zip'], null],
    ['a street in parts', ['House No', 'Street Name', 'City', 'State', 'Zip'], null],
    ['a name twice', ['Address', 'City', 'City', 'State', 'Zip'], null],
  ])('with %s', (_what, columns, mapping) => {
    expect(findMatchColumns(columns).mapping).toEqual(mapping);
  });

  it('that a line is in parts of are told in the order of a line', () => {
    expect(findMatchColumns(['Street Name', 'City', 'House No', 'State', 'Zip']).parts).toEqual([
      'House No',
      'Street Name',
    ]);
  });

  it('of which two have one name', () => {
    expect(findMatchColumns(['Address', 'City', 'City', 'State', 'Zip']).twin).toBe('City');
  });
});

describe('the rows of a match', () => {
  it('are read however the bytes come, whatever the cells hold', () => {
    const text = 'reonomy_id,status,miss_reason,a\r\nid-1,OK,,"x\r\n,""y"\r\n,MISS,MISSING,z\r\n';
    const read: MatchVerdict[] = [];
    const reader = new VerdictReader((verdict) => read.push(verdict));
    for (const byte of Buffer.from(text)) reader.add(Uint8Array.of(byte));
    expect(read).toEqual([
      { propertyId: 'id-1', status: 'OK', missReason: '' },
      { propertyId: '', status: 'MISS', missReason: 'MISSING' },
    ]);
  });
});
