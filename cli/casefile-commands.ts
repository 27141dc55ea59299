import { statSync } from 'node:fs'
import { userInfo } from 'node:os'
import { resolve } from 'node:path'
import type { Command } from 'commander'
import { openSigner, readTrustedKeys } from '../evidence/audit/keys.ts'
import { checkCaseFile } from '../evidence/casefile/checking.ts'
import { exportCase } from '../evidence/casefile/exporting.ts'
import { CaseFault } from '../evidence/casefile/reading.ts'
import { withKeys } from '../server/audit-keys.ts'
import { withBar } from '../local/bar.ts'
import { readConfig } from '../server/config.ts'
import { withEngines } from '../local/engines-at-hand.ts'
import { makeFolder } from '../server/folders.ts'
import { UserError } from '../server/user-error.ts'

/** Adds `history export` and `history check`, which take a whole case out and look whether it is what was taken out. */
export function casefileCommands(program: Command): void {
  const known = program.commands.find((command) => command.name() === 'history')
  const history = known ?? program.command('history').description('案卷历史 · histories of cases')
  history
    .command('export <id>')
    .description(
      '导出案卷：签名数据、工作流历史、PDF · write a case file: signed JSON, engine histories, PDF',
    )
    .option('--out <folder>', '目标目录 · where the folder of the case goes', 'case-files')
    .option('--by <name>', '导出人 · whom the cover and the log of reads name', userInfo().username)
    .action(writeCaseFile)
  history
    .command('check <folder>')
    .description('离线核验案卷 · check a case file, offline; fails if something is wrong')
    .option('--key <sha256:…>', '只信此密钥 · believe this key alone')
    .action(printVerdict)
}

async function writeCaseFile(id: string, { out, by }: { out: string; by: string }): Promise<void> {
  const config = readConfig()
  const folder = await withEngines(config, async (sources) => {
    const signer = await withKeys(config, openSigner)
    const record = await sources.models.projects.findById(id, { revision: 1 }).lean()
    if (record) makeFolder(resolve(out))
    const total = (record?.revision ?? 0) + (await sources.models.notices.countDocuments({ project: id }))
    return withBar({ format: '案卷 case file {bar} {value}', total }, (bar) => {
      let done = 0
      const advance = (steps: number) => {
        done += steps
        if (done > bar.getTotal()) bar.setTotal(done)
        bar.update(done)
      }
      const order = { id, out: resolve(out), by: { user: by, role: 'operator' }, signer, advance }
      return exportCase(sources, { ...order, at: new Date().toISOString() })
    })
  }).catch((error: unknown) => {
    throw error instanceof CaseFault ? new UserError(error.message) : error
  })
  console.log(folder)
}

async function printVerdict(folder: string, { key }: { key?: string }): Promise<void> {
  if (key !== undefined && !/^sha256:[\da-f]{64}$/.test(key))
    throw new UserError(`${key} 不是密钥编号 · is not the number of a key: sha256: and 64 hexadecimal digits`)
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory())
    throw new UserError(`${folder} 不是案卷目录 · is not the folder of a case file`)
  const trusted = await readTrustedKeys(readConfig().audit)
  const { faults, signature, lines, files } = await checkCaseFile(resolve(folder), { key, trusted })
  for (const { file, what } of faults) console.log(`${file}：${what.zh} · ${what.en}`)
  if (faults.length > 0)
    throw new UserError(`案卷有${faults.length}处不符 · faults in the case file: ${faults.length}`)
  console.log(`案卷完好：${lines}条记录，${files}个文件 · intact: ${lines} lines, ${files} files`)
  const retiredAt = trusted.find((each) => each.key === signature?.key)?.retiredAt ?? null
  if (retiredAt !== null)
    console.log(`该密钥已于 ${retiredAt} 停用 · the key that has signed it was retired at ${retiredAt}`)
  console.log(
    `签名密钥 ${signature?.key}（${signature?.suite}），请与机关公布的核对 · compare the key with the published one`,
  )
}
