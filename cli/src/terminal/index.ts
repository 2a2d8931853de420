/** What commands are made of: declared options, output and stages, exit codes, and the program around them. */
export { openClient } from './client.ts';
export {
  argumentSyntax,
  type Command,
  type CommandDeclaration,
  defineCommand,
  flagSyntax,
  JSON_OPTION,
} from './command.ts';
export { usage } from './errors.ts';
export { EXIT_CODES } from './exit-codes.ts';
export { type Explanation, furtherFaults } from './explain.ts';
export { requireFile } from './files.ts';
export { aborted } from './interruption.ts';
export {
  type Argument,
  argument,
  argumentList,
  choice,
  day,
  flag,
  month,
  type Option,
  optionalArgument,
  optionalArguments,
  requiredText,
  text,
  texts,
  wholeNumber,
} from './options.ts';
export { jsonLine, type Output } from './output.ts';
export type { Programme, Section } from './program.ts';
export { parsePropertyId, readPropertyIds } from './property-id-list.ts';
export { runProgram } from './run.ts';
export type { Stages } from './stages.ts';
export { formatBytes, formatCount, formatCounted, formatSeconds, formatTable } from './table.ts';
export type { OutputStream, World } from './world.ts';
