import { describe } from 'vitest';
import { createLinkSigner } from '../../src/storage/links.ts';
import { linkSignerContract } from './links.contract.ts';

describe('the server’s own signatures are a LinkSigner', () =>
  linkSignerContract((clock) =>
    createLinkSigner({ publicUrl: 'https://data.example.com', key: Buffer.alloc(32, 7), keyId: 'k1', clock }),
  ));
