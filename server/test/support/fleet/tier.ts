/** Trials that take minutes are no part of every run of the tests: why they are skipped; null with FLEET_TIER=long. */
export const notInThisTier: string | null = process.env['FLEET_TIER'] === 'long' ? null : 'runs with FLEET_TIER=long';
