import { type Command, InvalidArgumentError } from 'commander'
import { inBoth } from '../policy/words/bilingual.ts'
import type { BackupOptions } from '../local/backup/backup.ts'
import type { RestoreOptions } from '../local/backup/restore.ts'
import { readConfig } from '../server/config.ts'

const passphraseFile = ['--passphrase-file <file>', '口令文件 · a file that holds the passphrase'] as const

/** Adds `backup` and `restore`, which copy an installation with embedded engines out and in. */
export function backupCommands(program: Command): void {
  program
    .command('backup')
    .description('备份，无需停机 · back up, also while it runs')
    .option('--out <file>', '备份文件 · the file to write; in the data folder’s backups/, if left out')
    .option(...passphraseFile)
    .option('--at-most <seconds>', '停顿上限（秒）· how long the engines may stand still', seconds, 8)
    .action(async (options: BackupOptions) => {
      const { makeBackup } = await import('../local/backup/backup.ts')
      console.log(await makeBackup(readConfig(), options))
    })

  program
    .command('restore <file>')
    .description('恢复到空的数据目录 · restore into a data folder that is empty or missing')
    .option(...passphraseFile)
    .option('--unencrypted', '有口令也接受未加密的备份 · take a plain file although there is a passphrase')
    .action(async (file: string, options: RestoreOptions) => {
      const { restoreBackup } = await import('../local/backup/restore.ts')
      console.log(await restoreBackup(readConfig(), file, options))
    })
}

function seconds(text: string): number {
  const value = /^\d{1,4}$/.test(text) ? Number(text) : 0
  if (value >= 1 && value <= 3600) return value
  throw new InvalidArgumentError(inBoth('须为 1 至 3600 的整数', 'It must be a whole number from 1 to 3600.'))
}
