/** Who runs a command. */
import { userInfo } from 'node:os';

/** Of whoever runs the command, as the operating system knows them. */
export function operatorName(): string {
  try {
    return userInfo().username;
  } catch {
    // A container may run under a number that has no name.
    return `uid ${process.getuid?.() ?? 'unknown'}`;
  }
}
