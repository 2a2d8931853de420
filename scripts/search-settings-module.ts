/** sdk/src/contract/search-settings.ts, from the table of settings: how to read the value of `--set`. */
import type { SearchSetting } from '../server/dist/reports/details/search-settings.js';

export function searchSettingsModule(settings: readonly Pick<SearchSetting, 'name' | 'kind'>[]): string {
  const rows = settings.map(({ name, kind }) => `  ${name}: '${kind}',`);
  return `/** What a search can be narrowed by. Generated from the server's table of settings by \`npm run generate\`. */

export type SettingKind = 'texts' | 'numbers' | 'days' | 'flag';

export const SETTING_KINDS: Readonly<Record<string, SettingKind>> = {
${rows.join('\n')}
};
`;
}
