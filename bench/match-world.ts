/** Made-up properties by the million, in seconds: streets and houses are drawn in the engine, by hashes of their numbers. */
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { Random } from '../server/dist/demo/parameters/random.js';
import { stateOfZip } from '../server/dist/matching/states.js';

/** As in a city: a ZIP code of 500 buildings on 60 streets, so that a number occurs on several streets. */
const PROPERTIES_PER_ZIP = 500;
const STREETS_PER_ZIP = 60;
const NAMES = 3000;
const ZIPS_PER_TOWN = 3;
const ORDINALS = 110;
const COMMON =
  'Main Oak Maple Elm Washington Park Lake Hill Cedar Pine Walnut Spring North Ridge Church Willow Mill Sunset Railroad Jackson ' +
  'Lincoln Adams Jefferson Franklin Highland Forest River Meadow Center Broad Chestnut Cherry Dogwood Hickory Locust Madison Monroe ' +
  'Poplar Spruce State Union Valley Vine Water Market Front Court School College Prospect Pleasant Grove Liberty Green Garden Woodland';
const ONSETS = 'b br c ch cl d dr f fl g gr h j k l m n p pr r s st t th v w wh'.split(' ');
const VOWELS = 'a e i o u ai ea oo'.split(' ');
const CODAS = 'n r l m nd rt ll s x'.split(' ');
const ENDINGS = 'ton ford field wood ley man son berg dale mont er ick'.split(' ');
const SUFFIXES = [
  'St',
  'St',
  'St',
  'Ave',
  'Ave',
  'Rd',
  'Rd',
  'Dr',
  'Dr',
  'Ln',
  'Ct',
  'Blvd',
  'Pl',
  'Way',
  'Ter',
  'Cir',
];

/** A property that a row is made of. */
export interface Subject {
  readonly propertyId: number;
  readonly number: number;
  readonly predir: string;
  readonly name: string;
  readonly suffix: string;
  readonly city: string;
  readonly state: string;
  readonly zip: string;
  readonly category: string;
}

function ordinal(number: number): string {
  const teen = number % 100 >= 11 && number % 100 <= 13;
  return `${number}${(teen ? undefined : ['', 'st', 'nd', 'rd'][number % 10]) || 'th'}`;
}

function word(random: Random): string {
  const letters = random.pick(ONSETS) + random.pick(VOWELS) + random.pick(CODAS) + random.pick(ENDINGS);
  return letters[0]?.toUpperCase() + letters.slice(1);
}

/** The popular ones first. */
function streetNames(): string[] {
  const random = new Random('street names');
  const names = new Set(COMMON.split(' '));
  for (let number = 1; number <= ORDINALS; number++) names.add(ordinal(number));
  while (names.size < NAMES) names.add(random.chance(0.15) ? `${word(random)} ${word(random)}` : word(random));
  return [...names];
}

interface Place {
  readonly zip: string;
  readonly city: string;
  readonly state: string;
}

/** Towns all over the country, each with up to three neighbouring ZIP codes of its state. */
function places(count: number): Place[] {
  const random = new Random('places');
  const assigned: string[] = [];
  for (let zip = 501; zip < 100_000; zip++) {
    const text = String(zip).padStart(5, '0');
    if (stateOfZip(text) !== undefined) assigned.push(text);
  }
  const towns = Math.ceil(count / ZIPS_PER_TOWN);
  const made: Place[] = [];
  for (let town = 0; town < towns; town++) {
    const first = Math.floor((town * assigned.length) / towns);
    const city = random.chance(0.2) ? `${word(random)} City` : word(random);
    const state = stateOfZip(assigned[first] ?? '') ?? '';
    for (let next = 0; next < ZIPS_PER_TOWN; next++) {
      const zip = assigned[first + next] ?? '';
      if (stateOfZip(zip) === state) made.push({ zip, city, state });
    }
  }
  return made;
}

function list(values: readonly string[]): string {
  return `[${values.map((value) => `'${value}'`).join(', ')}]`;
}

/** 0 ≤ x < 1, from what the draw is about and which draw it is. */
function draw(of: string, salt: number): string {
  return `(hash(${of}, ${salt}) % 1000003) / 1000003.0`;
}

/** A name is joined by its place in the list: as a list beside each row, 3,000 names made ten million properties take over ten minutes. */
const STREETS = `CREATE TABLE streets AS
  SELECT zip_index, name, predir, suffix, row_number() OVER (PARTITION BY zip_index ORDER BY first) - 1 AS street
  FROM (
    SELECT zip_index, name, predir, suffix, min(street) AS first
    FROM (
      SELECT zip_index, street, floor(pow(${draw('key', 1)}, 2.5) * $names)::BIGINT AS name_index,
        $suffixes[1 + floor(${draw('key', 2)} * len($suffixes))::INTEGER] AS suffix,
        CASE WHEN ${draw('key', 3)} < 0.2 THEN ['N', 'S', 'E', 'W'][1 + floor(${draw('key', 4)} * 4)::INTEGER] ELSE '' END AS predir
      FROM (SELECT zip_index, street, zip_index * 1000 + street AS key FROM range($zips) AS z(zip_index), range(${STREETS_PER_ZIP}) AS s(street))
    ) JOIN names USING (name_index) GROUP BY ALL
  )`;

/** Numbers of a street are two to nine apart: the number after one is not a property. */
const HOUSES = `CREATE TABLE houses AS
  SELECT property_id, 100 + 100 * (hash(zip_index, street, 5) % 40)
      + row_number() OVER (PARTITION BY zip_index, street ORDER BY property_id) * (2 + hash(zip_index, street, 6) % 8) AS number,
    predir, name, suffix, city, state, zip,
    CASE WHEN ${draw('property_id', 7)} < 0.05 THEN 'sfr' WHEN ${draw('property_id', 7)} < 0.08 THEN 'condo' ELSE 'commercial' END AS category,
    25 + zip_index * 0.001 + ${draw('property_id', 8)} * 0.05 AS latitude, -120 + zip_index * 0.002 + ${draw('property_id', 9)} * 0.05 AS longitude
  FROM (
    SELECT property_id, zip_index, (hash(property_id, 10) % streets)::BIGINT AS street
    FROM (SELECT 1 + i AS property_id, i % $zips AS zip_index FROM range($properties) AS r(i))
    JOIN (SELECT zip_index, count(*) AS streets FROM streets GROUP BY ALL) USING (zip_index)
  )
  JOIN places USING (zip_index)
  JOIN streets USING (zip_index, street)
  ORDER BY property_id`;

const LINE = `number || ' ' || CASE predir WHEN '' THEN '' ELSE predir || ' ' END || name || ' ' || suffix`;

export class MatchWorld {
  readonly connection: DuckDBConnection;

  private constructor(connection: DuckDBConnection) {
    this.connection = connection;
  }

  /** Makes tables `houses` and `streets`. */
  static async make(properties: number, options: Record<string, string>): Promise<MatchWorld> {
    const connection = await (await DuckDBInstance.create(':memory:', options)).connect();
    const towns = places(Math.ceil(properties / PROPERTIES_PER_ZIP));
    const zips = towns.length;
    const names = streetNames();
    await connection.run(
      `CREATE TABLE names AS SELECT unnest(range(${names.length})) AS name_index, unnest(${list(names)}) AS name`,
    );
    await connection.run('CREATE TABLE places (zip_index BIGINT, zip VARCHAR, city VARCHAR, state VARCHAR)');
    const appender = await connection.createAppender('places');
    for (const [index, { zip, city, state }] of towns.entries()) {
      appender.appendBigInt(BigInt(index));
      for (const text of [zip, city, state]) appender.appendVarchar(text);
      appender.endRow();
    }
    appender.closeSync();
    const filled = (sql: string) =>
      sql
        .replaceAll('$zips', String(zips))
        .replaceAll('$properties', String(properties))
        .replaceAll('$names', String(names.length))
        .replaceAll('$suffixes', list(SUFFIXES));
    await connection.run(filled(STREETS));
    await connection.run(filled(HOUSES));
    return new MatchWorld(connection);
  }

  /** Files for `conveyance load`; every twentieth property has a further address on a street of its own. */
  async write(propertiesPath: string, addressesPath: string): Promise<void> {
    await this.connection.run(`COPY (SELECT property_id, ${LINE} AS address, city, state, zip AS zip_code, latitude, longitude,
      category AS asset_category FROM houses) TO '${propertiesPath}' (FORMAT parquet)`);
    await this.connection.run(`COPY (SELECT property_id, (20000 + property_id % 1000) || ' Plaza ' || (property_id % 97 + 1) AS address
      FROM houses WHERE property_id % 20 = 0) TO '${addressesPath}' (FORMAT parquet)`);
  }

  /** Properties from everywhere, in no order. */
  async subjects(count: number): Promise<Subject[]> {
    const reader = await this.connection.runAndReadAll(
      `SELECT property_id, number, predir, name, suffix, city, state, zip, category FROM houses
       ORDER BY hash(property_id, 11), property_id LIMIT ${count}`,
    );
    return reader.getRows().map(([propertyId, number, predir, name, suffix, city, state, zip, category]) => ({
      propertyId: Number(propertyId),
      number: Number(number),
      predir: String(predir),
      name: String(name),
      suffix: String(suffix),
      city: String(city),
      state: String(state),
      zip: String(zip),
      category: String(category),
    }));
  }
}
