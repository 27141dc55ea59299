import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Command, InvalidArgumentError } from 'commander'
import { CreditCode } from '../policy/edition/application.ts'
import { findBody } from '../policy/edition/districts.ts'
import { diagramOf } from '../policy/diagram/diagram.ts'
import { inBoth } from '../policy/words/bilingual.ts'
import { backupCommands } from './backup-commands.ts'
import { auditCommands } from './audit-commands.ts'
import { casefileCommands } from './casefile-commands.ts'
import { readConfig } from '../server/config.ts'
import { speakBothLanguages } from './command-words.ts'
import { importCalendar, showCalendar } from './calendars.ts'
import { createClient, type ApiClient } from '../local/client.ts'
import { runDemo } from '../tools/demo.ts'
import { deployCommands } from './deploy-commands.ts'
import { checkEdition } from './edition-check.ts'
import { generatedDocs } from '../tools/docs/docs.ts'
import { readCurrentEdition, readEditionFile } from '../server/editions.ts'
import { openOwnIssuer } from '../server/key-faults.ts'
import { operationsCommands } from './operations-commands.ts'
import { registerCommands } from './register-commands.ts'
import { projectRoot } from '../server/root.ts'
import type { SimulateOptions } from '../tools/simulation/simulate.ts'
import { reconcileCommands } from './reconcile-commands.ts'
import { UserError } from '../server/user-error.ts'

/** The command line: every verb, with what it takes. */
export const program = speakBothLanguages(
  new Command('zhigai').description('智改命令行 · the command line of zhigai'),
)

program
  .command('token')
  .description('签发演示账号的令牌 · print a bearer token of the embedded portal')
  .requiredOption(
    '--role <role>',
    'enterprise, enterpriseAdmin, district, municipal, auditor or administrator',
  )
  .option('--district <name>', 'the district of a district officer')
  .option('--uscc <code>', 'the enterprise of an enterprise user')
  .option('--user <name>', 'who it is; made from the role, if left out')
  .action(printToken)

program
  .command('demo')
  .description('通过 HTTP 演示三个项目的全过程 · walk three projects to their ends')
  .action(() => runDemo(readConfig()))

program
  .command('docs')
  .description('生成由代码得出的文档 · write the documents that are made from the code')
  .option('--check', 'write nothing; fail if a document is out of date')
  .action(writeDocs)

const edition = program.command('edition').description('规则文件 · edition documents')
edition
  .command('check <file>')
  .description('检查规则文件，及其旁的依据文件 · check a document, and the law beside it')
  .action(checkEdition)
edition
  .command('show [file]')
  .description('显示规则 · print an edition as JSON')
  .action((file?: string) =>
    console.log(JSON.stringify(file ? readEditionFile(file) : readCurrentEdition(), null, 2)),
  )
edition
  .command('diagram [file]')
  .description('状态图（Mermaid）· print the state diagram')
  .action((file?: string) => console.log(diagramOf(file ? readEditionFile(file) : readCurrentEdition())))

const calendar = program.command('calendar').description('工作日历 · calendars of working days')
calendar
  .command('show [id]')
  .description('显示现行工作日历（cn 或区县名）· print the calendar in force, of the country or a district')
  .action(async (id?: string) => showCalendar(await openClient(), id))
calendar
  .command('import <file>')
  .description(
    '导入工作日历的下一版，等待到期日改算完毕 · import the next version and wait until due dates follow',
  )
  .option('--district <name>', 'the district whose own days these are; the country, if left out')
  .action(async (file: string, { district }: { district?: string }) =>
    importCalendar(await openClient(), file, district),
  )

auditCommands(program)
operationsCommands(program, openClient)
registerCommands(program, openClient)

const bench = program.command('bench').description('基准测试 · benchmarks')
bench
  .command('lifecycle')
  .description('全过程吞吐与裸工作流之比 · lifecycles against a bare workflow, in one run')
  .option('--count <n>', 'lifecycles in a round', wholeFrom(1, 1_000), 96)
  .option('--rounds <n>', 'rounds of each, alternating', wholeFrom(1, 1_000), 3)
  .option('--at-once <n>', 'lifecycles in flight', wholeFrom(1, 1_000), 16)
  .action(async (options: { count: number; rounds: number; atOnce: number }) => {
    const { benchLifecycle } = await import('../tools/bench/lifecycle.ts')
    await benchLifecycle(options)
  })
bench
  .command('storm')
  .description('季报同时到期时办事的快慢 · what officers feel when a quarter ends for all projects at once')
  .option(
    '--projects <n>',
    'certified projects whose reports fall due at one instant',
    wholeFrom(1, 20_000),
    500,
  )
  .option('--officers <n>', 'officers at work meanwhile', wholeFrom(1, 100), 4)
  .option('--seconds <n>', 'the spread of the first storm, and the calm before each', wholeFrom(1, 1_000), 60)
  .action(async (options: { projects: number; officers: number; seconds: number }) => {
    const { benchStorm } = await import('../tools/bench/storm.ts')
    await benchStorm(options)
  })
bench
  .command('dormant')
  .description('未结项目多少与办事快慢 · an officer’s event beside more and more open projects')
  .option('--sizes <n,n…>', 'numbers of open projects', wholesFrom(1, 90_000), [10, 1_000, 20_000])
  .option('--officers <n>', 'officers at work meanwhile', wholeFrom(1, 100), 1)
  .option('--seconds <n>', 'how long to look at each size', wholeFrom(1, 1_000), 60)
  .action(async (options: { sizes: number[]; officers: number; seconds: number }) => {
    const { benchDormant } = await import('../tools/bench/dormant.ts')
    await benchDormant(options)
  })
bench
  .command('history')
  .description(
    '办理经过的读取与其长短 · reading a history against reading the project, and as histories grow',
  )
  .option('--reads <n>', 'reads of each kind', wholeFrom(1, 10_000), 200)
  .option(
    '--sizes <n,n…>',
    'events of the histories that are read whole',
    wholesFrom(10, 20_000),
    [50, 500, 5_000],
  )
  .option('--moves <n,n…>', 'events of the case whose runs are counted', wholesFrom(1, 20_000), [100, 1_000])
  .action(async (options: { reads: number; sizes: number[]; moves: number[] }) => {
    const { benchHistory } = await import('../tools/bench/history.ts')
    await benchHistory(options)
  })

bench
  .command('verify')
  .description('核验的快慢 · how fast the record is verified, at two sizes')
  .option('--sizes <n,n…>', 'numbers of cases', wholesFrom(1, 90_000), [1_000, 10_000])
  .action(async (options: { sizes: number[] }) => {
    const { benchVerify } = await import('../tools/bench/verify.ts')
    await benchVerify(options)
  })
bench
  .command('reconcile')
  .description('核对与重建的快慢 · how fast cases are compared with their histories, and rebuilt from them')
  .option('--sizes <n,n…>', 'numbers of cases', wholesFrom(1, 90_000), [1_000, 10_000])
  .action(async (options: { sizes: number[] }) => {
    const { benchReconcile } = await import('../tools/bench/reconcile.ts')
    await benchReconcile(options)
  })

program
  .command('simulate')
  .description('以虚构项目演练一年的认定 · play a year of certification with made-up projects')
  .option('--edition <id|file>', 'the rules: an edition that is shipped, or a YAML file', 'chongqing-2021')
  .option('--behaviour <id|file>', 'how everybody behaves, a YAML file', 'plausible')
  .option('--year <year>', "the year that is played; the edition's own, if left out", wholeFrom(2000, 2199))
  .option('--projects <n>', 'how many projects are to be filed', wholeFrom(1, 20_000), 1250)
  .option('--seed <n>', 'the same seed plays the same year', wholeFrom(0, 4_294_967_295), 1)
  .option('--days <n>', 'so many days of the year alone', wholeFrom(1, 366))
  .option('--out <folder>', 'where result.json and result.html go; .data/simulations, if left out')
  .action(async (options: SimulateOptions) => {
    const { runSimulate } = await import('../tools/simulation/simulate.ts')
    await runSimulate(readConfig(), options)
  })

backupCommands(program)
reconcileCommands(program, openClient)
casefileCommands(program)
deployCommands(program)

function wholeFrom(least: number, most: number) {
  return (text: string): number => {
    const value = /^\d+$/.test(text) ? Number(text) : NaN
    if (value >= least && value <= most) return value
    throw new InvalidArgumentError(
      inBoth(`须为 ${least} 至 ${most} 的整数`, `It must be a whole number from ${least} to ${most}.`),
    )
  }
}

function wholesFrom(least: number, most: number) {
  return (text: string) => text.split(',').map(wholeFrom(least, most))
}

/** Speaks to the API with tokens of the embedded portal. */
async function openClient(): Promise<ApiClient> {
  const { oidcIssuer, dataDir, publicUrl } = readConfig()
  if (oidcIssuer !== undefined)
    throw new UserError(
      inBoth(
        '已设置 OIDC_ISSUER：请用统一认证签发的令牌调用 HTTP 接口',
        'OIDC_ISSUER is set: use the HTTP interface with a token from there',
      ),
    )
  return createClient(publicUrl, await openOwnIssuer(dataDir))
}

type TokenOptions = { role: string; district?: string; uscc?: string; user?: string }

async function printToken({ role, district, uscc: typed, user }: TokenOptions): Promise<void> {
  const { oidcIssuer, dataDir } = readConfig()
  if (oidcIssuer !== undefined)
    throw new UserError(
      inBoth(
        '已设置 OIDC_ISSUER：令牌由统一认证签发，不由内置登录页签发',
        'OIDC_ISSUER is set: tokens come from there, not from the embedded portal',
      ),
    )
  const { roles, bodies } = readCurrentEdition()
  const known = [...roles.map(({ id }) => id), 'auditor', 'administrator']
  if (!known.includes(role))
    throw new UserError(
      inBoth(
        `没有 ${role} 这一角色；可用：${known.join('、')}`,
        `no role ${role}; one of ${known.join(', ')}`,
      ),
    )
  const uscc = typed === undefined ? undefined : codeOf(typed)
  const scope = roles.find(({ id }) => id === role)?.scope
  const body = district === undefined ? undefined : findBody(bodies, district)
  const names = bodies.map(({ name }) => name).join('、')
  if (scope === 'district' && !body)
    throw new UserError(inBoth(`--district 须为以下区县之一：${names}`, `--district must be one of ${names}`))
  if (scope === 'own' && uscc === undefined)
    throw new UserError(
      inBoth(
        `${role} 的令牌须有 --uscc，即企业的统一社会信用代码`,
        `a token for ${role} needs --uscc, the enterprise's credit code`,
      ),
    )
  const where = body?.name ?? uscc
  const name = user ?? ['demo', role, ...(where ? [where] : [])].join('-')
  const issuer = await openOwnIssuer(dataDir)
  console.log(await issuer.sign({ user: name, role, district: body?.name, uscc }))
}

function codeOf(typed: string): string {
  const { data, error } = CreditCode.safeParse(typed)
  if (data === undefined) throw new UserError(`--uscc ${typed}: ${error.issues[0]?.message ?? ''}`)
  return data
}

function writeDocs({ check = false }: { check?: boolean }): void {
  const stale = Object.entries(generatedDocs()).filter(([path, text]) => readIfThere(path) !== text)
  if (check && stale.length > 0)
    throw new UserError(
      inBoth(
        `文档已过期：${stale.map(([path]) => path).join('、')}；请运行 npm run docs`,
        `out of date: ${stale.map(([path]) => path).join(', ')}; run npm run docs`,
      ),
    )
  if (check) return
  for (const [path, text] of stale) writeFileSync(join(projectRoot, path), text)
  console.log(stale.length > 0 ? stale.map(([path]) => path).join('\n') : 'nothing to write')
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(join(projectRoot, path), 'utf8')
  } catch {
    return undefined
  }
}
