import { DocumentError } from '../policy/edition/read-document.ts'
import { isWhole } from '../policy/edition/text.ts'
import { program } from './program.ts'
import { runMain, UserError } from '../server/user-error.ts'

await runMain(async () => {
  if (!process.argv.every(isWhole)) throw new UserError('参数不是 UTF-8 编码 · an argument is not UTF-8')
  try {
    await program.parseAsync()
  } catch (error) {
    throw error instanceof DocumentError ? new UserError(error.message) : error
  }
})
