/** The package has no types of its own. */
declare module 'parse-address' {
  export interface ParsedLocation {
    readonly number?: string;
    readonly prefix?: string;
    readonly street?: string;
    readonly type?: string;
    readonly suffix?: string;
    readonly zip?: string;
  }
  export function parseLocation(address: string): ParsedLocation | null;
}
