import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  expiryWeight,
  METROS,
  meanDaysOnMarket,
  nearestMetro,
  rentFactor,
  slackness,
} from '../../src/demo/parameters/market.ts';
import { METRO_FIGURES, ROUNDED_FIGURES_SHA256 } from '../golden/metro-figures.ts';

const TABLE = new URL('../../src/demo/parameters/metro-table.ts', import.meta.url);

function dayNumber(day: string): number {
  return Date.parse(`${day}T00:00:00Z`) / 86_400_000;
}

function metro(city: string) {
  const found = METROS.find((each) => each.city === city);
  if (found === undefined) throw new Error(`no metro ${city}`);
  return found;
}

describe('the metro table', () => {
  it('credits its sources', () => {
    expect(readFileSync(TABLE, 'utf8')).toContain('Parameters derived from Apartment List and Zillow Research');
  });

  it('holds 60 metros in rounded figures', () => {
    expect(METROS).toHaveLength(60);
    expect(new Set(METROS.map(({ cbsa }) => cbsa)).size).toBe(60);
    for (const each of METROS) {
      expect([each.oneBedroomRent % 25, each.twoBedroomRent % 25], each.msa).toEqual([0, 0]);
      expect(each.growth.size, each.msa).toBe(7);
      for (const growth of each.growth.values())
        expect(growth * 200, each.msa).toBeCloseTo(Math.round(growth * 200), 9);
      expect(each.state, each.msa).toMatch(/^[A-Z]{2}$/);
      expect(each.zip3, each.msa).toMatch(/^\d{3}$/);
      expect(each.vacancy, each.msa).toBeGreaterThan(0.03);
      expect(each.vacancy, each.msa).toBeLessThan(0.12);
    }
  });

  it('is what was compared with its sources, to the last figure', () => {
    const lines = METROS.map(({ cbsa, latitude, longitude, oneBedroomRent, twoBedroomRent, growth }) => {
      const percents = [...growth.values()].map((each) => Math.round(each * 1000) / 10);
      return [cbsa, latitude, longitude, oneBedroomRent, twoBedroomRent, ...percents].join('|');
    });
    expect(createHash('sha256').update(lines.join('\n')).digest('hex')).toBe(ROUNDED_FIGURES_SHA256);
  });

  it('is in every fifth metro the figures of its sources, rounded', () => {
    const [, ...lines] = METRO_FIGURES.trim().split('\n');
    expect(lines).toHaveLength(13);
    for (const line of lines) {
      const [cbsa, latitude, longitude, oneBedroom = 0, twoBedroom = 0, ...growths] = line.split('|').map(Number);
      const rounded = METROS.find((each) => each.cbsa === cbsa);
      expect([rounded?.latitude, rounded?.longitude], line).toEqual([latitude, longitude]);
      expect(Math.abs((rounded?.oneBedroomRent ?? 0) - oneBedroom), line).toBeLessThanOrEqual(12.5);
      expect(Math.abs((rounded?.twoBedroomRent ?? 0) - twoBedroom), line).toBeLessThanOrEqual(12.5);
      expect(growths).toHaveLength(7);
      for (const [index, percent] of growths.entries()) {
        const growth = rounded?.growth.get(2018 + index) ?? 0;
        expect(Math.abs(growth - percent / 100), `${line} ${2018 + index}`).toBeLessThanOrEqual(0.0025 + 1e-9);
      }
    }
  });
});

describe('the market', () => {
  it('asks more in July than in January, and most where the season is strong', () => {
    const swing = (city: string) =>
      rentFactor(metro(city), dayNumber('2024-07-15')) / rentFactor(metro(city), dayNumber('2024-01-15'));
    expect(swing('Boston')).toBeGreaterThan(1.03);
    expect(swing('Tucson')).toBeLessThan(swing('Boston'));
  });

  it('stands at the table’s level in March 2025 and grows by the table’s years', () => {
    const austin = metro('Austin');
    const year = rentFactor(austin, dayNumber('2024-12-15')) / rentFactor(austin, dayNumber('2023-12-16'));
    expect(year).toBeCloseTo(1 - 0.075, 2);
    expect(rentFactor(austin, dayNumber('2025-03-17'))).toBeCloseTo(1, 1);
  });

  it('moves by the day without jumps', () => {
    for (const each of METROS) {
      for (let day = dayNumber('2023-12-01'); day < dayNumber('2025-02-01'); day++) {
        const step = rentFactor(each, day + 1) / rentFactor(each, day) - 1;
        expect(Math.abs(step), `${each.city} ${day}`).toBeLessThan(0.003);
      }
    }
  });

  it('leases fastest in June', () => {
    expect(meanDaysOnMarket(dayNumber('2025-06-10'))).toBe(27);
    expect(meanDaysOnMarket(dayNumber('2025-01-10'))).toBe(37);
    expect(expiryWeight(dayNumber('2025-07-01'))).toBeGreaterThan(expiryWeight(dayNumber('2025-12-01')));
    expect(slackness(metro('Austin'))).toBeGreaterThan(slackness(metro('Providence')));
  });

  it('knows the nearest metro', () => {
    expect(nearestMetro(47.614, -122.349).city).toBe('Seattle');
    expect(nearestMetro(40.68, -73.94).city).toBe('New York');
  });
});
