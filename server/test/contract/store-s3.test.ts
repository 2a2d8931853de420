import { describe } from 'vitest';
import { connectTo, swiftBucket, swiftMissing } from '../support/swift.ts';
import { bucketStore } from './bucket-store.ts';
import { storeContract } from './store.contract.ts';

describe.skipIf(swiftMissing !== null)(
  `a bucket of Swift is an ObjectStore${swiftMissing ? ` (${swiftMissing})` : ''}`,
  () => {
    storeContract(async () => {
      const { endpoint, bucket } = await swiftBucket();
      return bucketStore(connectTo(endpoint, bucket, 'some/prefix/'));
    });
  },
);
