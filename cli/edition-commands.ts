import type { Command } from 'commander'
import { diagramOf } from '../policy/diagram/diagram.ts'
import { editionDifferences } from '../policy/edition/edition-differences.ts'
import { checkEdition } from './edition-check.ts'
import { readEditionFile, readModelEdition } from '../server/editions.ts'

/** What can be done with the document of an edition, without an installation. */
export function editionCommands(program: Command): void {
  const edition = program.command('edition').description('规则文件 · edition documents')
  edition
    .command('check <file>')
    .description('检查规则文件，及其旁的依据文件 · check a document, and the law beside it')
    .action(checkEdition)
  edition
    .command('show [file]')
    .description('显示规则全文 · print an edition as JSON, layers laid over each other')
    .action((file?: string) => console.log(JSON.stringify(read(file), null, 2)))
  edition
    .command('diagram [file]')
    .description('状态图（Mermaid）· print the state diagram')
    .action((file?: string) => console.log(diagramOf(read(file))))
  edition
    .command('diff <from> <to>')
    .description('两版规则的不同之处 · what two editions say differently')
    .action(printDifferences)
}

function read(file: string | undefined) {
  return file === undefined ? readModelEdition() : readEditionFile(file)
}

function printDifferences(from: string, to: string): void {
  const differences = editionDifferences(readEditionFile(from), readEditionFile(to))
  for (const { name, from: old, to: now } of differences) {
    console.log(`${name.zh}：${old?.zh ?? '无'} → ${now?.zh ?? '无'}`)
    console.log(`  ${name.en}: ${old?.en ?? 'none'} → ${now?.en ?? 'none'}`)
  }
  const count = differences.length
  console.log(count === 0 ? '两版相同 · they are the same' : `${count} 处不同 · ${count} differences`)
}
