/** Settings of addresses that data is loaded from. Part of the table in `config.ts`. */
import { resolve } from 'node:path';
import { SECONDS_PER_DAY } from './core/time.ts';
import { optionalText, optionalUrl, setting, size, textList, toBytes, wholeNumber } from './setting.ts';

export const LOAD_SETTINGS = {
  loadAllow: setting({
    variable: 'CONVEYANCE_LOAD_ALLOW',
    schema: textList,
    defaultText: 'none',
    description:
      'Addresses that data may be loaded from although they are not public: CIDRs, addresses and host names, separated by commas. Hosts and addresses listed by themselves may also be read without encryption. The database, the SFTP door and the metrics of this server are never read, whatever is listed.',
  }),
  loadLimitBytes: setting({
    variable: 'CONVEYANCE_LOAD_LIMIT',
    schema: size.default('20GB').transform(toBytes),
    defaultText: '20GB',
    description: 'The most that one address may bring to a load, packed and unpacked.',
  }),
  loadSeconds: setting({
    variable: 'CONVEYANCE_LOAD_SECONDS',
    schema: wholeNumber(1, SECONDS_PER_DAY, 21_600),
    defaultText: '21600',
    description: 'How long it may take to read one address.',
  }),
  loadUnpackRatio: setting({
    variable: 'CONVEYANCE_LOAD_UNPACK_RATIO',
    schema: wholeNumber(2, 100_000, 200),
    defaultText: '200',
    description:
      'How many bytes one packed byte from an address may unpack to, beyond the first 16 MiB. Text of tables comes to some twenty.',
  }),
  loadS3Endpoint: setting({
    variable: 'CONVEYANCE_LOAD_S3_ENDPOINT',
    schema: optionalUrl,
    defaultText: 'AWS',
    description: 'The S3 server of `s3://` addresses that data is loaded from, if it is not AWS.',
  }),
  loadS3Region: setting({
    variable: 'CONVEYANCE_LOAD_S3_REGION',
    schema: optionalText.transform((region) => region ?? 'us-east-1'),
    defaultText: 'us-east-1',
    description: 'The region of those buckets.',
  }),
  loadS3KeyId: setting({
    variable: 'CONVEYANCE_LOAD_S3_KEY_ID',
    schema: optionalText,
    defaultText: 'none',
    description: 'The access key for those buckets. Those of the server’s own bucket are never used for them.',
  }),
  loadS3Secret: setting({
    variable: 'CONVEYANCE_LOAD_S3_SECRET',
    schema: optionalText,
    defaultText: 'none',
    description: 'Its secret.',
    secret: true,
  }),
  loadS3Token: setting({
    variable: 'CONVEYANCE_LOAD_S3_TOKEN',
    schema: optionalText,
    defaultText: 'none',
    description: 'The session token, where the access key is a temporary one.',
    secret: true,
  }),
  loadCa: setting({
    variable: 'CONVEYANCE_LOAD_CA',
    schema: optionalText.transform((path) => (path === undefined ? undefined : resolve(path))),
    defaultText: 'none',
    description:
      'A file of certificates (PEM) of authorities that are trusted at such addresses, besides those that Node.js brings.',
  }),
} as const;
