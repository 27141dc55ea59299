import { writeFileSync } from 'node:fs'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { makeBackup } from '../../../local/backup/backup.ts'
import { assertStrong } from '../../../local/backup/passphrase.ts'
import { at, backUp, configOf, dataFolder, makeFolder, refusalOf, refused, removeFolders } from './folders.ts'

const quiet = () => undefined

beforeEach(makeFolder)
afterAll(removeFolders)

describe('a passphrase', () => {
  it.each([
    'pass',
    'passwordpassword',
    '1234567812345678',
    'aaaaaaaaaaaaaaaaaaaaa',
    'abcdefghijklmnopqrstuvwxyz',
    '口令',
    'hunter2hunter2hunter2!',
  ])('that is too easily guessed encrypts nothing: %s', async (passphrase) => {
    expect(await refusalOf(backUp({ ZHIGAI_BACKUP_PASSPHRASE: passphrase }))).toEqual(
      refused(
        /备份口令过于简单：至少 16 个字符.* · the passphrase is too easily guessed: it needs at least 16/,
      ),
    )
  })

  it.each(['correct horse battery', 'Zp4!vR8#tQ2$wK6@', '一条足够长的备份口令'])(
    'that is long enough does: %s',
    (passphrase) => {
      expect(() => assertStrong(passphrase)).not.toThrow()
    },
  )

  it.each([
    ['is missing', undefined, /passphrase.*ENOENT/],
    ['is empty', '\n', /must hold a passphrase/],
  ])('encrypts nothing where the passphrase file %s', async (_what, text, sentence) => {
    const passphraseFile = at('passphrase')
    if (text !== undefined) writeFileSync(passphraseFile, text)
    const config = configOf(dataFolder())
    const out = at('backup')
    expect(await refusalOf(makeBackup(config, { out, passphraseFile, atMost: 20 }, quiet))).toEqual(
      refused(sentence),
    )
  })
})
