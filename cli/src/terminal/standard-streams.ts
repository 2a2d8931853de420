/** What stands for a stream where the name of a file is asked for. */
export const STANDARD_INPUT = '-';
export const STANDARD_OUTPUT = '-';
