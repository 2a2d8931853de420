/** Who finds a place at the door, however many hold one and say nothing. */
import { describe, expect, it } from 'vitest';
import { SFTP_LIMITS } from '../../src/sftp/limits.ts';
import { Places } from '../../src/sftp/places.ts';

/** Connections of silent clients: who is cut leaves, as a socket that closes does. */
function door() {
  const places = new Places(SFTP_LIMITS);
  const cut: string[] = [];
  const come = (address: string) => places.stranger(address, () => void cut.push(address));
  const comeOften = (times: number, addressOf: (index: number) => string) =>
    Array.from({ length: times }, (_, index) => come(addressOf(index))).filter((place) => place !== null);
  return { places, cut, come, comeOften };
}

describe('connections without a log-in', () => {
  it('of one site have a quarter of the places, of however many addresses they are', () => {
    const { come, comeOften } = door();
    expect(comeOften(200, (index) => `192.0.2.${index}`)).toHaveLength(32);
    expect(comeOften(200, (index) => `2001:db8:1:${index.toString(16)}::${index}`)).toHaveLength(32);
    expect(come('198.51.100.1')).not.toBeNull();
  });

  it('of one that left make room for the next', () => {
    const { come, comeOften } = door();
    const [first] = comeOften(32, () => '192.0.2.1');
    expect(come('192.0.2.1')).toBeNull();
    first?.();
    first?.();
    expect(come('192.0.2.1')).not.toBeNull();
    expect(come('192.0.2.1')).toBeNull();
  });

  it('of a site with half of its share get no more when the door is nearly full', () => {
    const { come, comeOften } = door();
    for (const site of [1, 2]) comeOften(32, (index) => `10.0.${site}.${index}`);
    comeOften(16, () => '10.0.3.1');
    expect(comeOften(16, () => '10.0.4.1')).toHaveLength(16);
    expect(come('10.0.3.1')).toBeNull();
    expect(come('10.0.5.1')).not.toBeNull();
  });

  it('of a new site take the place of the oldest of the site with most when the door is full', () => {
    const { places, cut, come, comeOften } = door();
    comeOften(32, (index) => `10.0.0.${index}`);
    for (let site = 1; site <= 96; site++) come(`10.1.${site}.1`);
    for (let newcomer = 0; newcomer < 5; newcomer++) expect(come(`10.2.${newcomer}.1`)).not.toBeNull();
    expect(cut).toEqual([0, 1, 2, 3, 4].map((index) => `10.0.0.${index}`));
    // Of those with one each, none makes room for a second of another.
    expect(come('10.1.1.1')).not.toBeNull();
    expect(cut).toHaveLength(6);
    expect(places.sessionsOf('anybody')).toBe(0);
  });

  it('are refused when the door is full of sites that have no more than theirs', () => {
    const { cut, come } = door();
    for (let site = 0; site < 128; site++) expect(come(`10.1.${site}.1`)).not.toBeNull();
    expect(come('10.1.5.2')).toBeNull();
    expect(cut).toEqual([]);
    // One that has none yet is let in.
    expect(come('10.2.0.1')).not.toBeNull();
    expect(cut).toEqual(['10.1.0.1']);
  });
});

describe('sessions', () => {
  it('of an account are so many, and in all so many', () => {
    const { places } = door();
    const held = Array.from({ length: 60 }, () => places.session('a')).filter((place) => place !== null);
    expect(held).toHaveLength(50);
    expect(places.sessionsOf('a')).toBe(50);
    held[0]?.();
    expect(places.session('a')).not.toBeNull();
    const others = Array.from({ length: 500 }, (_, index) => places.session(`b${index}`)).filter(Boolean);
    expect(others).toHaveLength(350);
  });
});
