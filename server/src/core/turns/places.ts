import { ConveyanceError } from '../errors.ts';

/** Nothing frees a place but the account itself: programs are told to leave it at that, and not to try again at once. */
const PLACES_RETRY_SECONDS = 3600;

const GIVEN_UP = { schedules: 'delete', lists: 'delete', 'working keys and tokens': 'revoke' } as const;

/** `rate_limited`: the account has as many of something as it may. @param what in the plural. */
export function noPlaceLeft(what: keyof typeof GIVEN_UP, most: number): ConveyanceError {
  return new ConveyanceError(
    'rate_limited',
    `Your account has as many ${what} as it may have, ${most}; ${GIVEN_UP[what]} one that you no longer need, or ask the operator for more`,
    { retryAfterSeconds: PLACES_RETRY_SECONDS },
  );
}
