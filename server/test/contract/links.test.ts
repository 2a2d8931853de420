import { describe } from 'vitest';
import { oneKey } from '../../src/core/ports/keys.ts';
import { createLinkSigner } from '../../src/storage/links.ts';
import { linkSignerContract } from './links.contract.ts';

describe('the server’s own signatures are a LinkSigner', () =>
  linkSignerContract((clock) =>
    createLinkSigner({ publicUrl: 'https://data.example.com', keys: oneKey(Buffer.alloc(32, 7)), clock }),
  ));
