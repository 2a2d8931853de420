/** Where the ApartmentIQ dialect lives: the contract's own path, and a short alias. */
export const APARTMENTIQ_PREFIX = '/apartmentiq/api/v1';
export const APARTMENTIQ_ALIAS = '/api/v1';
/** Where the Reonomy dialect lives. */
export const REONOMY_PREFIX = '/v2';
