import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makePlan } from '../../src/demo/plan.ts';
import { type Episode, followUnit } from '../../src/demo/rents/leasing.ts';
import { priceEpisode } from '../../src/demo/rents/pricing.ts';
import { makeProperty } from '../../src/demo/rents/property.ts';

interface Life {
  readonly episodes: readonly Episode[];
  readonly segments: ReturnType<typeof priceEpisode>[];
}

/** Every unit of one property: an opening one, the guide's, or any other. */
function lives(seed: number, index: number): readonly Life[] {
  const { properties, period } = makePlan({ size: 'tiny', properties: 12, days: 200, seed, end: '2025-12' });
  const planned = properties[index];
  if (planned === undefined) throw new Error(`no property ${index}`);
  const property = makeProperty(planned, period);
  return property.units.map((unit, position) => {
    const episodes = followUnit(property, unit, position, period);
    return { episodes, segments: episodes.map((episode) => priceEpisode(property, unit, episode)) };
  });
}

function checkEveryUnit(check: (life: Life) => void): void {
  const anyProperty = [fc.integer({ min: 0, max: 1_000_000 }), fc.integer({ min: 0, max: 11 })] as const;
  fc.assert(
    fc.property(...anyProperty, (seed, index) => lives(seed, index).forEach(check)),
    { numRuns: 25 },
  );
}

describe('a unit’s episodes', () => {
  it('happen in order: listed, applied for, leased, moved into', () => {
    checkEveryUnit(({ episodes }) => {
      for (const episode of episodes) {
        const { enterDay, availableDay, exitDay, leasedDay, vacatedDay, vacantUntilDay, applications } = episode;
        expect(exitDay).toBeGreaterThan(enterDay);
        expect(availableDay).toBeGreaterThanOrEqual(enterDay);
        expect(vacantUntilDay).toBeGreaterThanOrEqual(vacatedDay);
        if (leasedDay === null) continue;
        expect(leasedDay).toBe(exitDay);
        expect(vacantUntilDay).toBeGreaterThan(leasedDay);
        expect(vacantUntilDay).toBeGreaterThanOrEqual(availableDay);
        expect(applications.at(-1)?.cancelledDay).toBeNull();
        expect(applications.at(-1)?.day).toBeLessThan(leasedDay);
      }
    });
  });

  it('have one application at a time', () => {
    checkEveryUnit(({ episodes }) => {
      for (const { applications, enterDay, exitDay } of episodes) {
        let freeFrom = enterDay;
        for (const { day, cancelledDay } of applications) {
          expect(day).toBeGreaterThanOrEqual(freeFrom);
          expect(cancelledDay ?? exitDay).toBeGreaterThan(day);
          freeFrom = (cancelledDay ?? exitDay) + 1;
        }
      }
    });
  });

  it('never put it on the market twice at once, nor while its new tenant lives in it', () => {
    checkEveryUnit(({ episodes }) => {
      for (const [index, episode] of episodes.entries()) {
        const next = episodes[index + 1];
        if (next === undefined) continue;
        expect(next.enterDay).toBeGreaterThan(episode.exitDay);
        expect(next.vacatedDay).toBeGreaterThanOrEqual(episode.vacantUntilDay);
      }
    });
  });
});

describe('an episode’s segments', () => {
  it('cover it without gaps, the last day by itself', () => {
    checkEveryUnit(({ episodes, segments }) => {
      for (const [index, { enterDay, exitDay }] of episodes.entries()) {
        let nextDay = enterDay;
        for (const segment of segments[index] ?? []) {
          expect(segment.firstDay).toBe(nextDay);
          expect(segment.lastDay).toBeGreaterThanOrEqual(segment.firstDay);
          nextDay = segment.lastDay + 1;
        }
        expect(nextDay).toBe(exitDay + 1);
        expect(segments[index]?.at(-1)?.firstDay).toBe(exitDay);
      }
    });
  });

  it('end in a lease, unless the unit was withdrawn', () => {
    checkEveryUnit(({ episodes, segments }) => {
      for (const [index, { leasedDay }] of episodes.entries()) {
        const statuses = (segments[index] ?? []).map(({ status }) => status);
        expect(statuses.at(-1)).toBe(leasedDay === null ? 'available' : 'leased');
        expect(statuses.slice(0, -1)).not.toContain('leased');
      }
    });
  });

  it('move the rent only while nobody has applied, and tell of each change', () => {
    checkEveryUnit(({ segments }) => {
      for (const run of segments) {
        for (const [index, segment] of run.entries()) {
          const before = run[index - 1];
          if (before === undefined || segment.rent === null || before.rent === null) continue;
          const change = segment.rent - before.rent;
          if (change !== 0) expect(segment).toMatchObject({ status: 'available', startsPrice: true });
          if (change !== 0) expect(segment.lastChange).toEqual({ day: segment.firstDay, change });
          expect(segment.pricesSoFar - before.pricesSoFar).toBe(segment.startsPrice ? 1 : 0);
        }
      }
    });
  });

  it('never ask less, net, than the concession takes away', () => {
    checkEveryUnit(({ segments }) => {
      for (const { rent, netRentCents, campaign } of segments.flat()) {
        if (rent === null) expect(netRentCents).toBeNull();
        else if (campaign === null) expect(netRentCents).toBe(rent * 100);
        else expect(netRentCents).toBe(Math.round((rent * 100 * (52 - campaign.weeksFree)) / 52));
      }
    });
  });
});
