import { MasterKeys } from '../../src/storage/keyring/master-keys.ts';

/** Those of settings, as on a node of a fleet. */
export function masterKeysOf(current: string, next?: string): Promise<MasterKeys> {
  const setting = (text: string | undefined, variable: string) => {
    return { text, file: undefined, command: undefined, variable };
  };
  return MasterKeys.open({
    current: setting(current, 'CONVEYANCE_MASTER_KEY'),
    next: setting(next, 'CONVEYANCE_MASTER_KEY_NEXT'),
    dataDir: '/nowhere',
    allowFile: false,
  });
}
