/** Where the bulk dialect lives: the contract's own path, and a short alias. */
export const BULK_PREFIX = '/apartmentiq/api/v1';
export const BULK_ALIAS = '/api/v1';
/** Where the batch dialect lives. */
export const BATCH_PREFIX = '/v2';
