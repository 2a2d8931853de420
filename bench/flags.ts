/** `--NAME=NUMBER` of the command line. */
export function numberFlag(name: string, otherwise: number): number {
  const given = process.argv.find((word) => word.startsWith(`--${name}=`))?.split('=')[1];
  return given === undefined ? otherwise : Number(given);
}
