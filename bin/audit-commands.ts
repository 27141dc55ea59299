import { readFileSync } from 'node:fs'
import type { Command } from 'commander'
import { anchorDay } from '../audit/anchor.ts'
import { findingWords, type Finding } from '../audit/findings.ts'
import { keyIdOf, openSigner, readTrustedKeys, rotateKey, type TrustedKey } from '../audit/keys.ts'
import { digestBy, suites } from '../audit/suites.ts'
import { verify, type Report } from '../audit/verify.ts'
import type { Models } from '../models/index.ts'
import { anchorBytes, suiteNames, type Anchor } from '../policy/anchors.ts'
import { withKeys } from './audit-keys.ts'
import { createBar } from './bar.ts'
import { readConfig } from './config.ts'
import { withModels } from './engines-at-hand.ts'
import { UserError } from './user-error.ts'

type VerifyOptions = { project?: string; from?: string; publicKey?: string; json?: boolean }

/** `zhigai audit`: anchors, their keys, and the verification of the record. */
export function auditCommands(program: Command): void {
  const audit = program.command('audit').description('防篡改 · tamper evidence')
  audit
    .command('anchor')
    .description('立即签发锚点 · sign an anchor over all that has changed')
    .action(printAnchor)
  audit
    .command('verify')
    .description('核验全部案卷、存档与锚点 · verify cases, archives and anchors; fails if something is wrong')
    .option('--project <id>', 'one case alone, against all anchors')
    .option('--from <serial>', 'anchors from this one on')
    .option('--public-key <file>', 'believe this key alone (PEM, or base64 of its DER)')
    .option('--json', 'print the report as JSON')
    .action(printReport)
  const key = audit.command('key').description('签名密钥 · the keys of anchors')
  key
    .command('show')
    .description('显示受信任的公钥 · print the public keys that are trusted')
    .action(async () => console.log(JSON.stringify(await trustedKeys(), null, 2)))
  key
    .command('rotate')
    .description(
      '更换密钥，旧公钥仍用于旧锚点 · put a new key in place; the old one stays trusted for old anchors',
    )
    .action(printNewKey)
}

async function printAnchor(): Promise<void> {
  const signer = await withKeys(readConfig(), openSigner)
  const anchor = await withModels(readConfig(), (models) => anchorDay({ models, signer, now: Date.now }))
  console.log(sentenceOf(anchor))
}

async function printNewKey(): Promise<void> {
  const { key, publicKey } = await withKeys(readConfig(), (place) => rotateKey(place, new Date()))
  console.log(`${key}\n${publicKey}`)
}

/** The keys on this machine; made now, if there are none. */
async function trustedKeys(): Promise<TrustedKey[]> {
  return withKeys(readConfig(), async (place) => {
    await openSigner(place)
    return readTrustedKeys(place)
  })
}

async function printReport({ project, from = '1', publicKey, json = false }: VerifyOptions): Promise<void> {
  if (!/^[1-9]\d{0,8}$/.test(from)) throw new UserError(`${from} is not the serial of an anchor`)
  const trusted =
    publicKey === undefined
      ? await withKeys(readConfig(), readTrustedKeys)
      : suiteNames.map((suite) => readPublicKey(publicKey, suite))
  const report = await withModels(readConfig(), (models) =>
    withBar(models, project, (onProgress) =>
      verify({ models, trusted, project, from: Number(from), onProgress }),
    ),
  )
  if (project !== undefined && report.cases === 0 && report.findings.every(({ id }) => id !== project))
    throw new UserError(`没有项目 ${project} · there is no project ${project}`)
  console.log(json ? JSON.stringify(report, null, 2) : textOf(report))
  if (report.findings.length > 0) process.exitCode = 1
}

/** A public key that somebody has kept outside. */
function readPublicKey(file: string, suite: TrustedKey['suite']): TrustedKey {
  const publicKey = readText(file).replaceAll(/-----[A-Z ]+-----|\s/g, '')
  return { suite, key: keyIdOf(publicKey), publicKey, retiredAt: null }
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw new UserError(`${file}: ${error instanceof Error ? error.message : String(error)}`)
  }
}

function textOf({ cases, lines, runs, anchors, leaves, findings, idleDays, last }: Report): string {
  return [
    ...findings.map(lineOf),
    ...(idleDays.length > 0 ? [`无锚点的日期 days without an anchor: ${idleDays.join(', ')}`] : []),
    `案卷 cases ${cases} · 记录 lines ${lines} · 运行 runs ${runs} · 锚点 anchors ${anchors} · 条目 leaves ${leaves}`,
    ...(last ? [sentenceOf(last)] : []),
    findings.length === 0
      ? '未发现篡改 · nothing is wrong'
      : `发现问题 ${findings.length} 处 · ${findings.length} findings`,
  ].join('\n')
}

function lineOf({ collection, id, kind, expected, found }: Finding): string {
  const { zh, en } = findingWords[kind]
  const told = [
    ...(expected === null ? [] : [`应为 expected ${expected}`]),
    ...(found === null ? [] : [`实为 found ${found}`]),
  ]
  return [`${collection} ${id}: ${zh} · ${en}`, ...told.map((text) => `  ${text}`)].join('\n')
}

function sentenceOf(anchor: Anchor): string {
  const { serial, day, count, suite, key } = anchor
  const digest = digestBy(suites[suite], anchorBytes(anchor))
  return `锚点 anchor ${serial} · ${day} · ${count} · ${digest} · 公钥 key ${key}`
}

type Told = (seen: { cases: number; anchors: number }) => void

async function withBar<T>(
  models: Models,
  project: string | undefined,
  work: (onProgress: Told) => Promise<T>,
): Promise<T> {
  const [projects, anchors] = await Promise.all([
    project === undefined ? models.projects.estimatedDocumentCount() : 1,
    models.anchors.estimatedDocumentCount(),
  ])
  const bar = createBar('核验 verifying {bar} {value}/{total} {eta_formatted}')
  bar.start(projects + anchors, 0)
  try {
    return await work((seen) => bar.update(seen.cases + seen.anchors))
  } finally {
    bar.stop()
  }
}
