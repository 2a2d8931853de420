/** What clients have sent to break servers with. */

/** Half a surrogate pair, NUL, and what looks like a number, a date, a path or an address and is none. */
export const TEXTS: readonly string[] = [
  '',
  '\u0000',
  'a\u0000b',
  '\uD800',
  'a\uDC00b',
  '\uFEFF\u200B\u202E',
  '%00',
  "'; drop table jobs; --",
  '../../../../etc/passwd',
  '__proto__',
  '1e400',
  '9'.repeat(400),
  '2025-02-30',
  '0000-00-00',
  '+275760-09-13',
  '24:00',
  'Etc/GMT+99',
  'http://[::1',
  'https://\uD800.example.com/',
  'https://hooks.example.com/\u0000',
  'https://hooks.example.com:99999/',
  'ed49987b-6539-4e9e-8a63-2bcd811ef0e\u0000',
  'a'.repeat(5_000),
];

const NUMBERS: readonly string[] = [
  '0',
  '-1',
  '1.5',
  '4294967296',
  '9007199254740993',
  '9223372036854775808',
  '1e308',
  '1e400',
  '1e-400',
  '9'.repeat(400),
];

function nested(open: string, close: string, depth: number): string {
  return open.repeat(depth) + close.repeat(depth);
}

/** As JSON text: numbers that no JavaScript number is can be said so too. */
export const JSON_VALUES: readonly string[] = [
  'null',
  'true',
  ...NUMBERS,
  ...TEXTS.map((text) => JSON.stringify(text)),
  '[]',
  '[null]',
  '[[]]',
  '[{}]',
  '[0]',
  '[-1]',
  '[1.5]',
  '[1e400]',
  '[9007199254740993]',
  ...TEXTS.map((text) => JSON.stringify([text])),
  `[${Array(2_000).fill('"a"').join()}]`,
  nested('[', ']', 28),
  '{}',
  '{"__proto__":{"length":1}}',
  '{"toString":1,"constructor":1,"length":-1}',
  '{"min":1e400,"max":-1e400}',
  '{"min":9007199254740993}',
  '{"min":[],"max":{}}',
  '{"min":"\\u0000","max":"\\ud800"}',
  '{"min":"0000-00-00","max":"+275760-09-13"}',
  '{"\\u0000":"\\u0000"}',
  '{"\\ud800":["\\ud800"]}',
];

/** Whole bodies that say they are JSON. */
export const JSON_BODIES: readonly (string | Buffer)[] = [
  '',
  'null',
  'true',
  '0',
  '1e400',
  '"text"',
  '"\\ud800"',
  '[]',
  '[{}]',
  '{}',
  '{',
  '{"a"',
  '{"a":1}}',
  '{"a":1,"a":2}',
  '{"__proto__":{"a":1}}',
  '{"\\u0000":"\\u0000","\\ud800":"\\udfff"}',
  'NaN',
  '\uFEFF{}',
  '\u0000',
  nested('[', ']', 33),
  nested('{"a":', '}', 33),
  '['.repeat(60_000),
  '{"a":'.repeat(10_000),
  `{"a":${'9'.repeat(50_000)}}`,
  `{"a":"${'\\u0000'.repeat(8_000)}"}`,
  `[${'{},'.repeat(12_000)}{}]`,
  Buffer.from([0x7b, 0xff, 0x7d]),
  Buffer.from('{"a":1}', 'utf16le'),
  Buffer.from('{"a":"\xed\xa0\x80"}', 'latin1'),
  Buffer.from([0x1f, 0x8b, 0x08, 0x00]),
];

/** Of bodies. */
export const CONTENT_TYPES: readonly string[] = [
  'application/json',
  'application/json; charset=utf-16',
  'application/x-www-form-urlencoded',
  'multipart/form-data',
  'multipart/form-data; boundary=',
  `multipart/form-data; boundary=${'a'.repeat(5_000)}`,
  'text/plain',
  'text/plain\u00e9',
  ';',
  '/',
];

/** As they stand in a URL. */
export const URL_TEXTS: readonly string[] = [
  '%00',
  'a%00b',
  '%',
  '%zz',
  '%ff',
  '%c0%af',
  '%ed%a0%80',
  '%0d%0aSet-Cookie:a=b',
  '..%2f..%2f..%2fetc%2fpasswd',
  '%2e%2e',
  '__proto__',
  '-1',
  '1e400',
  '9223372036854775808',
  '9'.repeat(400),
  '%D9%A3',
  '2025-02-30',
  'ed49987b-6539-4e9e-8a63-2bcd811ef0e%00',
  'ed49987b65394e9e8a632bcd811ef0ec',
  '40.7,-73.9',
  'a'.repeat(7_000),
];

/** Node's own parser lets none of them pass that has a control character. */
export const HEADER_TEXTS: readonly string[] = [
  '',
  '\u00e9\u00ff',
  '-1',
  '1e400',
  '9'.repeat(400),
  '%00%zz',
  '"',
  'W/',
  ',;=,;=,',
  'bytes=',
  'bytes=-0',
  `bytes=0-${'9'.repeat(30)}`,
  '__proto__',
  'a'.repeat(4_000),
];

/** Those that the server reads, whatever the route. A wrong `Content-Length` is a matter of the connection. */
export const HEADERS: readonly string[] = [
  'expect',
  'host',
  'idempotency-key',
  'if-none-match',
  'if-range',
  'last-event-id',
  'range',
  'traceparent',
  'user-agent',
  'x-request-id',
];

/** CSV files. */
export const CSV_FILES: readonly (string | Buffer)[] = [
  '',
  '\u0000',
  'lat,lon',
  'lat,lon\n',
  'lat,lon\n\u0000,\u0000\n',
  'lat,lon\n1e400,-1e400\n',
  'lat,lon\nNaN,Infinity\n',
  `lat,lon\n${'9'.repeat(1_000)},1\n`,
  'lat,lon\n"1\n',
  'lat,lon\n1\n1,2,3\n\n',
  'lat,lat\n1,2\n',
  '\uFEFFlat;lon\r1;2\r',
  `${'"a",'.repeat(600)}b\n1\n`,
  `lat,lon\n${'a'.repeat(40_000)},1\n`,
  Buffer.from('lat,lon\n\xff,\xed\xa0\x80\n', 'latin1'),
  Buffer.from('lat,lon\n1,2\n', 'utf16le'),
];
