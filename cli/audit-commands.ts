import { randomUUID } from 'node:crypto'
import { userInfo } from 'node:os'
import type { Command } from 'commander'
import { anchorDay } from '../evidence/audit/anchor.ts'
import { newestStep } from '../evidence/audit/anchor-age.ts'
import { lastNoted } from '../evidence/audit/anchor-log.ts'
import { findingWords, type AuditFinding } from '../evidence/audit/findings.ts'
import { keyIdOf, openSigner, readTrustedKeys, rotateKey, type TrustedKey } from '../evidence/audit/keys.ts'
import { keepReport } from '../evidence/audit/nightly.ts'
import { anchorLines, shownAnchor } from '../evidence/audit/shown-anchor.ts'
import { verify, type VerifyReport } from '../evidence/audit/verify.ts'
import type { ArchiveSources } from '../evidence/archive/keep.ts'
import type { Models } from '../models/index.ts'
import { suiteNames } from '../policy/integrity/anchors.ts'
import { withKeys } from '../server/audit-keys.ts'
import { withBar } from '../local/bar.ts'
import { readConfig } from '../server/config.ts'
import { withEngines, withModels } from '../local/engines-at-hand.ts'
import { readTextFile } from '../server/text-file.ts'
import { UserError } from '../server/user-error.ts'

type VerifyOptions = {
  project?: string
  from?: string
  publicKey?: string
  engine?: boolean
  json?: boolean
}

/** `zhigai audit`: anchors, their keys, and the verification of the record. */
export function auditCommands(program: Command): void {
  const audit = program.command('audit').description('防篡改 · tamper evidence')
  audit
    .command('anchor')
    .description('立即签发锚点 · sign an anchor over all that has changed')
    .action(printAnchor)
  audit
    .command('verify')
    .description(
      '核验全部案卷、存档与锚点 · verify cases, archives and anchors; exit code 1 if something is wrong, 2 if it could not be looked at',
    )
    .option('--project <id>', 'one case alone, against all anchors')
    .option('--from <serial>', 'anchors from this one on')
    .option('--public-key <file>', 'believe this key alone (PEM, or base64 of its DER)')
    .option('--engine', 'ask Temporal, too, for the runs that are not kept yet')
    .option('--json', 'print the report as JSON')
    .action(printReport)
  const key = audit.command('key').description('签名密钥 · the keys of anchors')
  key
    .command('show')
    .description('显示受信任的公钥 · print the public keys that are trusted')
    .action(printKeys)
  key
    .command('create')
    .description('首次生成密钥 · make the first key, where there is none, and print the public keys')
    .action(async () => {
      await withKeys(readConfig(), openSigner)
      await printKeys()
    })
  key
    .command('rotate')
    .description(
      '更换密钥，旧公钥仍用于旧锚点 · put a new key in place; the old one stays trusted for old anchors',
    )
    .action(printNewKey)
}

async function printAnchor(): Promise<void> {
  const config = readConfig()
  const anchor = await withKeys(config, (place) =>
    withModels(config, (models) => anchorDay({ models, location: place, now: Date.now })),
  )
  console.log(anchorLines(shownAnchor(anchor)).join('\n'))
}

async function printNewKey(): Promise<void> {
  const { key, publicKey } = await withKeys(readConfig(), (place) => rotateKey(place, new Date()))
  console.log(`${key}\n${publicKey}`)
}

async function printKeys(): Promise<void> {
  console.log(JSON.stringify(await withKeys(readConfig(), readTrustedKeys), null, 2))
}

/** Exit code 1 says that something is wrong, 2 that nobody knows: it could not be looked at. */
async function printReport(options: VerifyOptions): Promise<void> {
  process.exitCode = 2
  const { project, from = '1', json = false } = options
  if (!/^[1-9]\d{0,8}$/.test(from))
    throw new UserError(`${from} 不是锚点序号 · ${from} is not the serial of an anchor`)
  const report = await look(options, Number(from))
  if (project !== undefined && report.cases === 0 && report.findings.every(({ id }) => id !== project))
    throw new UserError(`没有项目 ${project} · there is no project ${project}`)
  console.log(json ? JSON.stringify(report, null, 2) : textOf(report))
  process.exitCode = report.findings.length > 0 ? 1 : 0
}

async function look(
  { project, publicKey, engine = false }: VerifyOptions,
  from: number,
): Promise<VerifyReport> {
  const config = readConfig()
  const trusted =
    publicKey === undefined
      ? await withKeys(config, readTrustedKeys)
      : suiteNames.map((suite) => readPublicKey(publicKey, suite))
  const noted = await withKeys(config, lastNoted)
  const work = async ({ models, temporal }: Partial<ArchiveSources> & Pick<ArchiveSources, 'models'>) => {
    if (from > 1 && !(await models.anchors.exists({ _id: from })))
      throw new UserError(`没有第${from}号锚点 · there is no anchor ${from}`)
    const asOf = await newestStep(models, Date.now())
    const startedAt = new Date()
    const format = '核验 verifying {bar} {value}/{total} {eta_formatted}'
    const report = await withBar({ format, total: await stepsOf(models, project) }, (bar) => {
      const onProgress = (seen: { cases: number; anchors: number }) => bar.update(seen.cases + seen.anchors)
      return verify({ models, temporal, trusted, noted, asOf, project, from, onProgress })
    })
    const run = { by: userInfo().username, project: project ?? null, startedAt }
    await keepReport(models, randomUUID(), report, run)
    return report
  }
  return engine ? withEngines(config, work) : withModels(config, (models) => work({ models }))
}

/** A public key that somebody has kept outside. */
function readPublicKey(file: string, suite: TrustedKey['suite']): TrustedKey {
  const publicKey = readTextFile(file).replaceAll(/-----[A-Z ]+-----|\s/g, '')
  return { suite, key: keyIdOf(publicKey), publicKey, retiredAt: null }
}

function textOf({
  cases,
  lines,
  runs,
  anchors,
  leaves,
  findings,
  moreFindings,
  idleDays,
  last,
}: VerifyReport): string {
  return [
    ...findings.map(lineOf),
    ...(idleDays.length > 0 ? [`无锚点的日期 days without an anchor: ${idleDays.join(', ')}`] : []),
    `案卷 cases ${cases} · 记录 lines ${lines} · 运行 runs ${runs} · 锚点 anchors ${anchors} · 条目 leaves ${leaves}`,
    ...(last ? anchorLines(last) : []),
    findings.length === 0
      ? '未发现篡改 · nothing is wrong'
      : `发现问题 ${findings.length + moreFindings} 处 · ${findings.length + moreFindings} findings`,
    ...(moreFindings > 0 ? [`只列前${findings.length}处 · the first ${findings.length} are listed`] : []),
  ].join('\n')
}

function lineOf({ collection, id, kind, expected, found }: AuditFinding): string {
  const { zh, en } = findingWords[kind]
  const told = [
    ...(expected === null ? [] : [`应为 expected ${expected}`]),
    ...(found === null ? [] : [`实为 found ${found}`]),
  ]
  return [`${collection} ${id}: ${zh} · ${en}`, ...told.map((text) => `  ${text}`)].join('\n')
}

/** How many cases and anchors there are to be looked at, about. */
async function stepsOf({ projects, anchors }: Models, project: string | undefined): Promise<number> {
  return (
    (project === undefined ? await projects.estimatedDocumentCount() : 1) +
    (await anchors.estimatedDocumentCount())
  )
}
