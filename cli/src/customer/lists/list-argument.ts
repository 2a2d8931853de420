/** How the commands of one list are told which. */
export const LIST = 'The list’s name or id, as `lists list` shows them.';
