import { ConveyanceError } from '../errors.ts';

/** Nothing frees a place but the account itself: programs are told to leave it at that, and not to try again at once. */
const PLACES_RETRY_SECONDS = 3600;

/** `rate_limited`: the account has as many of something as it may. @param what in the plural. */
export function noPlaceLeft(what: 'schedules' | 'lists', most: number): ConveyanceError {
  return new ConveyanceError(
    'rate_limited',
    `Your account has as many ${what} as it may have, ${most}; delete one that you no longer need, or ask the operator for more`,
    { retryAfterSeconds: PLACES_RETRY_SECONDS },
  );
}
