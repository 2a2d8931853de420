/** The prefixes of Bulk Data Export: the contract's own path, which links in its messages use, and a short alias. */
export const APARTMENTIQ_PREFIX = '/apartmentiq/api/v1';
export const APARTMENTIQ_ALIAS = '/api/v1';
