/** Where a goal is missed: what was tried, with figures, and why it stops there. By case; the page has it under the case's figures. */
export const WHY_MISSED: Readonly<Record<string, readonly string[]>> = {};
