/** Characters as parsers find them among bytes. */
export const CR = 0x0d;
export const LF = 0x0a;
export const COMMA = 0x2c;
export const DOUBLE_QUOTE = 0x22;
export const SINGLE_QUOTE = 0x27;
export const BACKSLASH = 0x5c;
export const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);
/** Of ASCII; below are control characters. */
export const FIRST_PRINTABLE = 0x20;
