/**
 * Ports that belong to protocols other than HTTP. A request to one of them is of no use to an honest receiver, and some servers take parts
 * of it for commands of their own: a webhook whose text a customer chooses must not become a mail. The list is the “bad ports” of the Fetch
 * standard (§2.9, port blocking), which browsers obey; that it has 0 too changes nothing, as nothing listens there.
 */
const FOREIGN_PORTS: ReadonlySet<number> = new Set([
  0, 1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101, 102, 103, 104, 109, 110,
  111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179, 389, 427, 465, 512, 513, 514, 515, 526, 530, 531, 532,
  540, 548, 554, 556, 563, 587, 601, 636, 989, 990, 993, 995, 1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061,
  6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10_080,
]);

export function isForeignPort(port: number): boolean {
  return FOREIGN_PORTS.has(port);
}

/** The port that the URL names, if it belongs to another protocol; null for any other URL, and for what is none. */
export function foreignPortOf(text: string): number | null {
  if (!URL.canParse(text)) return null;
  const { port } = new URL(text);
  return port !== '' && isForeignPort(Number(port)) ? Number(port) : null;
}
