import { isIP } from 'node:net'
import { join, resolve } from 'node:path'
import { z } from 'zod'
import { proxiesOf } from '../api/http/caller-address.ts'
import { suiteNames } from '../policy/integrity/anchors.ts'
import { inBoth } from '../policy/words/bilingual.ts'
import type { Words } from '../policy/edition/edition.ts'
import { guardListener } from './guard-listener.ts'
import { projectRoot } from './root.ts'
import { UserError } from './user-error.ts'

const levels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const

/** What a setting may be, in words. */
const words = z.registry<Words>()

/** Without a slash at its end: paths are put together with what lies beside and below. */
const folder = z.string().transform((path) => resolve(projectRoot, path))
const formed = (form: RegExp) => z.string().regex(form)
const count = (digits: RegExp) => formed(digits).transform(Number)
const port = count(/^\d{1,5}$/).pipe(z.number().min(1).max(65535))

const ofFolder = { zh: '文件夹路径', en: 'the path of a folder' }
const ofPort = { zh: '1 至 65535 的整数', en: 'a whole number from 1 to 65535' }
const ofUrl = { zh: 'http:// 或 https:// 地址', en: 'an http:// or https:// address' }
const ofCount = { zh: '1 至 999999 的整数', en: 'a whole number from 1 to 999999' }

const variables = z.object({
  PORT: port.default(8080).register(words, ofPort),
  HOST: formed(/^[\w.:-]+$/)
    .default('127.0.0.1')
    .register(words, { zh: '主机名或 IP 地址', en: 'a host name or an IP address' }),
  DATA_DIR: folder.default(join(projectRoot, '.data')).register(words, ofFolder),
  CACHE_DIR: folder.default(join(projectRoot, '.cache')).register(words, ofFolder),
  TEMPORAL_ADDRESS: formed(/^(\[[\da-fA-F:]+\]|[\w.-]+):\d{1,5}$/)
    .optional()
    .register(words, { zh: '主机:端口，例如 127.0.0.1:7233', en: 'host:port, as in 127.0.0.1:7233' }),
  TEMPORAL_NAMESPACE: formed(/^[\w.-]+$/)
    .default('default')
    .register(words, {
      zh: '字母、数字、点、连字符和下划线',
      en: 'letters, digits, dots, hyphens and underscores',
    }),
  MONGODB_URI: formed(/^mongodb(\+srv)?:\/\/\S+$/)
    .optional()
    .register(words, {
      zh: 'mongodb:// 或 mongodb+srv:// 地址',
      en: 'a mongodb:// or mongodb+srv:// address',
    }),
  SMTP_URL: url(['smtp:', 'smtps:'])
    .optional()
    .register(words, { zh: 'smtp:// 或 smtps:// 地址', en: 'an smtp:// or smtps:// address' }),
  MAIL_FROM: formed(/^([\w.+-]+@[\w.-]+|[^<>,;\r\n]{0,100}<[\w.+-]+@[\w.-]+>)$/)
    .optional()
    .register(words, {
      zh: '电子邮箱地址，可带名称，例如 智改 <zhigai@example.org>',
      en: 'a mail address, with a name or without, as in 智改 <zhigai@example.org>',
    }),
  WEBHOOKS_TO_PRIVATE_ADDRESSES: z
    .enum(['allow', 'refuse'])
    .default('refuse')
    .register(words, { zh: 'allow 或 refuse', en: 'allow or refuse' }),
  EDITIONS: z
    .string()
    .transform((text) => text.split(',').map((each) => each.trim()))
    .pipe(z.tuple([z.string().min(1)], z.string().min(1)))
    .default(['chongqing-2021', 'chongqing-2022'])
    .register(words, {
      zh: '以逗号分隔的规则：随附的 id，或者文件路径',
      en: 'editions with commas between them: ids of shipped ones, or paths of files',
    }),
  PUBLIC_URL: url(['http:', 'https:']).optional().register(words, ofUrl),
  OIDC_ISSUER: url(['http:', 'https:']).optional().register(words, ofUrl),
  AUDIT_SUITE: z
    .enum(suiteNames)
    .default('ed25519')
    .register(words, { zh: suiteNames.join(' 或 '), en: suiteNames.join(' or ') }),
  AUDIT_KEY_FILE: folder.optional().register(words, { zh: '文件路径', en: 'the path of a file' }),
  LOG_LEVEL: z
    .enum(levels)
    .optional()
    .register(words, { zh: `${levels.join('、')} 之一`, en: `one of ${levels.join(', ')}` }),
  WORKFLOW_CACHE: count(/^\d{1,6}$/)
    .optional()
    .register(words, {
      zh: '工作进程在内存中保留的运行中工作流数，整数',
      en: 'how many running workflows a worker keeps in memory, a whole number',
    }),
  ZHIGAI_BACKUP_PASSPHRASE: z.string().optional().register(words, { zh: '口令', en: 'a passphrase' }),
  WORKER_METRICS_PORT: port.optional().register(words, ofPort),
  WORKER_VERSIONING: z
    .enum(['auto', 'manual', 'off'])
    .optional()
    .register(words, { zh: 'auto、manual 或 off', en: 'auto, manual or off' }),
  WORKER_BUILD_ID: formed(/^[\w.-]{1,100}$/)
    .optional()
    .register(words, {
      zh: '至多 100 个字母、数字、点、连字符和下划线',
      en: 'at most 100 letters, digits, dots, hyphens and underscores',
    }),
  DRAIN_SECONDS: count(/^\d{1,3}$/)
    .optional()
    .register(words, { zh: '小于 1000 的整数秒', en: 'a whole number of seconds below 1000' }),
  MAX_CONNECTIONS: count(/^[1-9]\d{0,5}$/)
    .default(3_000)
    .register(words, ofCount),
  MAX_CONNECTIONS_PER_ADDRESS: count(/^[1-9]\d{0,5}$/)
    .default(500)
    .register(words, ofCount),
  TRUSTED_PROXIES: z.string().transform(proxyList).default([]).register(words, {
    zh: '以逗号分隔的地址和网段，例如 10.1.2.3,192.168.0.0/16',
    en: 'addresses and subnets with commas between them, as in 10.1.2.3,192.168.0.0/16',
  }),
  RATE_LIMIT: z.enum(['on', 'off']).default('on').register(words, { zh: 'on 或 off', en: 'on or off' }),
  OTEL_EXPORTER_OTLP_ENDPOINT: url(['http:', 'https:']).optional().register(words, ofUrl),
})

/** The names of all settings. */
export const settings = variables.keyof().options

/** What the environment decides, parsed. */
export type Config = ReturnType<typeof readConfig>

/** A configuration whose engines are known to run. */
export type ReadyConfig = Config & { temporalAddress: string; mongodbUri: string }

/** The environment as it came, for programs that we start and for the search of PATH. */
export const environment: NodeJS.ProcessEnv = process.env

/** Reads the configuration from the environment, refusing what is not allowed with one sentence. */
export function readConfig(env: NodeJS.ProcessEnv = environment) {
  // An empty variable is how compose files and CI say "not set".
  const present = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''))
  const parsed = variables.safeParse(present)
  if (!parsed.success)
    throw new UserError(parsed.error.issues.map((issue) => sentence(issue, present)).join('\n'))
  const values = parsed.data
  const shownHost = values.HOST.includes(':') ? `[${values.HOST}]` : values.HOST
  const publicUrl = (values.PUBLIC_URL ?? `http://${shownHost}:${values.PORT}`).replace(/\/+$/, '')
  guardListener(values)
  return {
    port: values.PORT,
    host: values.HOST,
    dataDir: values.DATA_DIR,
    cacheDir: values.CACHE_DIR,
    temporalAddress: values.TEMPORAL_ADDRESS,
    temporalNamespace: values.TEMPORAL_NAMESPACE,
    mongodbUri: values.MONGODB_URI,
    smtpUrl: values.SMTP_URL,
    /** Whom mail comes from. */
    mailFrom: values.MAIL_FROM ?? `zhigai@${mailDomain(publicUrl)}`,
    /** Whether webhooks may go to private addresses, and by plain HTTP. */
    privateWebhooks: values.WEBHOOKS_TO_PRIVATE_ADDRESSES === 'allow',
    publicUrl,
    /** Under which editions projects are filed; the first is meant where none is named. */
    editions: values.EDITIONS,
    oidcIssuer: values.OIDC_ISSUER,
    /** How anchors and case files are signed, and by which key: one in the data folder, if no file is named. */
    audit: { dataDir: values.DATA_DIR, keyFile: values.AUDIT_KEY_FILE, suite: values.AUDIT_SUITE },
    // A line for each request would bury on a terminal what is to be read there.
    logLevel: values.LOG_LEVEL ?? (process.stderr.isTTY ? 'warn' : 'info'),
    workflowCache: values.WORKFLOW_CACHE,
    /** What backups are encrypted with; a secret. */
    backupPassphrase: values.ZHIGAI_BACKUP_PASSPHRASE,
    /** Where the worker can be scraped, on `host`; nowhere, if it is not set. */
    workerMetricsPort: values.WORKER_METRICS_PORT,
    /** Whether a worker tells Temporal its build, and who makes a build current: the worker itself, an operator, or nobody. */
    // Where Temporal is ours, there is nobody to wait for, neither for a word nor to go elsewhere.
    workerVersioning: values.WORKER_VERSIONING ?? (values.TEMPORAL_ADDRESS === undefined ? 'auto' : 'manual'),
    /** The build, where it is not to be told from the workflow bundle. */
    workerBuildId: values.WORKER_BUILD_ID,
    /** How long a process that is asked to end still answers, so that callers can go elsewhere (milliseconds). */
    drainMs: 1_000 * (values.DRAIN_SECONDS ?? (values.TEMPORAL_ADDRESS === undefined ? 0 : 5)),
    /** How many connections the API takes, in all and from one address, and which proxies it believes: they speak for others. */
    connections: {
      atMost: values.MAX_CONNECTIONS,
      perAddress: values.MAX_CONNECTIONS_PER_ADDRESS,
      proxies: values.TRUSTED_PROXIES,
    },
    /** Whether callers are held to so many requests a minute. */
    limitsRate: values.RATE_LIMIT === 'on',
    /** Where traces go; without it there are none. */
    traceCollector: values.OTEL_EXPORTER_OTLP_ENDPOINT,
  }
}

/** Reads the configuration of a process that only works beside running engines. */
export function readReadyConfig(env: NodeJS.ProcessEnv = environment): ReadyConfig {
  const config = readConfig(env)
  const { temporalAddress, mongodbUri } = config
  if (temporalAddress === undefined) throw new UserError(notSet('TEMPORAL_ADDRESS'))
  if (mongodbUri === undefined) throw new UserError(notSet('MONGODB_URI'))
  return { ...config, temporalAddress, mongodbUri }
}

function notSet(name: string): string {
  return inBoth(`没有设置 ${name}；请设置，或使用 npm start`, `${name} is not set; set it, or use npm start`)
}

/** The environment from which a child process reads the same configuration. */
export function environmentFor(config: ReadyConfig): NodeJS.ProcessEnv {
  return {
    ...environment,
    DATA_DIR: config.dataDir,
    CACHE_DIR: config.cacheDir,
    TEMPORAL_ADDRESS: config.temporalAddress,
    TEMPORAL_NAMESPACE: config.temporalNamespace,
    MONGODB_URI: config.mongodbUri,
    WORKER_VERSIONING: config.workerVersioning,
    DRAIN_SECONDS: String(config.drainMs / 1_000),
    ...(config.audit.keyFile !== undefined && { AUDIT_KEY_FILE: config.audit.keyFile }),
  }
}

function url(protocols: string[]) {
  return z.string().refine((text) => URL.canParse(text) && protocols.includes(new URL(text).protocol))
}

/** Refuses what is neither an address nor a subnet. */
function proxyList(text: string, context: z.RefinementCtx): string[] {
  const list = text.split(',').map((each) => each.trim())
  try {
    proxiesOf(list)
  } catch {
    context.addIssue({ code: 'custom' })
  }
  return list
}

/** The name under which people know us; an IP address is none. */
function mailDomain(publicUrl: string): string {
  const { hostname } = new URL(publicUrl)
  return isIP(hostname) > 0 || hostname.startsWith('[') ? 'localhost' : hostname
}

function sentence(issue: z.core.$ZodIssue, present: Record<string, string | undefined>): string {
  const name = variables.keyof().parse(issue.path[0])
  const given = withoutPassword(present[name] ?? '')
  const { zh, en } = words.get(variables.shape[name]) ?? { zh: '有效值', en: 'valid' }
  return inBoth(`设置 ${name} 为 "${given}"，须为${zh}`, `${name} is "${given}"; it must be ${en}`)
}

function withoutPassword(value: string): string {
  return value.replace(/^([a-z+]+:\/\/)?.*@/i, '$1***@')
}
