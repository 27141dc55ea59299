import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readConfig, readReadyConfig } from '../../server/config.ts'
import { projectRoot } from '../../server/root.ts'

describe('the configuration', () => {
  it('has a default for everything', () => {
    expect(readConfig({})).toEqual({
      port: 8080,
      host: '127.0.0.1',
      dataDir: join(projectRoot, '.data'),
      cacheDir: join(projectRoot, '.cache'),
      temporalAddress: undefined,
      temporalNamespace: 'default',
      mongodbUri: undefined,
      smtpUrl: undefined,
      mailFrom: 'zhigai@localhost',
      privateWebhooks: false,
      publicUrl: 'http://127.0.0.1:8080',
      oidcIssuer: undefined,
      audit: { dataDir: join(projectRoot, '.data'), keyFile: undefined, suite: 'ed25519' },
      logLevel: 'info',
      workerVersioning: 'auto',
      workerBuildId: undefined,
      drainMs: 0,
      connections: { atMost: 3_000, perAddress: 500, proxies: [] },
      limitsRate: true,
      editions: ['chongqing-2021', 'chongqing-2022'],
    })
  })

  it.each([
    ['PORT', 'abc', 'PORT is "abc"; it must be a whole number from 1 to 65535'],
    [
      'EDITIONS',
      'chongqing-2021,,',
      'EDITIONS is "chongqing-2021,,"; it must be editions with commas between them: ids of shipped ones, or paths of files',
    ],
    ['PORT', '0', 'PORT is "0"; it must be a whole number from 1 to 65535'],
    ['PORT', '65536', 'PORT is "65536"; it must be a whole number from 1 to 65535'],
    [
      'TEMPORAL_ADDRESS',
      'http://t',
      'TEMPORAL_ADDRESS is "http://t"; it must be host:port, as in 127.0.0.1:7233',
    ],
    [
      'MONGODB_URI',
      'localhost',
      'MONGODB_URI is "localhost"; it must be a mongodb:// or mongodb+srv:// address',
    ],
    ['SMTP_URL', 'mail', 'SMTP_URL is "mail"; it must be an smtp:// or smtps:// address'],
    [
      'MAIL_FROM',
      'us',
      'MAIL_FROM is "us"; it must be a mail address, with a name or without, as in 智改 <zhigai@example.org>',
    ],
    [
      'WEBHOOKS_TO_PRIVATE_ADDRESSES',
      'yes',
      'WEBHOOKS_TO_PRIVATE_ADDRESSES is "yes"; it must be allow or refuse',
    ],
    ['RATE_LIMIT', 'none', 'RATE_LIMIT is "none"; it must be on or off'],
    ['MAX_CONNECTIONS', '0', 'MAX_CONNECTIONS is "0"; it must be a whole number from 1 to 999999'],
    ...['proxy', '10.0.0.0/33', '10.0.0.1,', '10.0.0', '::1/129'].map((value) => [
      'TRUSTED_PROXIES',
      value,
      `TRUSTED_PROXIES is "${value}"; it must be addresses and subnets with commas between them, as in 10.1.2.3,192.168.0.0/16`,
    ]),
    ['AUDIT_SUITE', 'rsa', 'AUDIT_SUITE is "rsa"; it must be ed25519 or sm2'],
    ['PUBLIC_URL', 'ftp://a', 'PUBLIC_URL is "ftp://a"; it must be an http:// or https:// address'],
    ['WORKER_METRICS_PORT', '-1', 'WORKER_METRICS_PORT is "-1"; it must be a whole number from 1 to 65535'],
    [
      'OTEL_EXPORTER_OTLP_ENDPOINT',
      'collector:4318',
      'OTEL_EXPORTER_OTLP_ENDPOINT is "collector:4318"; it must be an http:// or https:// address',
    ],
    [
      'LOG_LEVEL',
      'loud',
      'LOG_LEVEL is "loud"; it must be one of trace, debug, info, warn, error, fatal, silent',
    ],
  ])('refuses %s=%s in one sentence', (name, value, sentence) => {
    expect(() => readConfig({ [name]: value })).toThrow(sentence)
    expect(() => readConfig({ [name]: value })).toThrow(`设置 ${name} 为 "`)
  })

  it('shows no password in a refusal', () => {
    expect(() => readConfig({ MONGODB_URI: 'mongo://user:hunter2@db' })).toThrow(
      'MONGODB_URI is "mongo://***@db"',
    )
    expect(() => readConfig({ SMTP_URL: 'user:hunter/2@mail' })).toThrow('SMTP_URL is "***@mail"')
  })

  it('takes an empty variable as one that is not set', () => {
    expect(readConfig({ PORT: '', MONGODB_URI: '' })).toMatchObject({ port: 8080, mongodbUri: undefined })
  })

  it.each(['127.0.0.1', '127.1.2.3', '::1', 'localhost'])(
    'serves %s without an identity provider',
    (host) => {
      expect(readConfig({ HOST: host }).host).toBe(host)
    },
  )

  it.each(['0.0.0.0', '::', '192.168.1.2', 'example.org', '127.0.0.1.example.org'])(
    'serves %s only with an identity provider',
    (host) => {
      expect(() => readConfig({ HOST: host })).toThrow('set OIDC_ISSUER to your own identity provider')
      expect(readConfig({ HOST: host, OIDC_ISSUER: 'https://id.example.org' }).host).toBe(host)
    },
  )

  it('lifts the limit of requests on this machine alone', () => {
    expect(readConfig({ RATE_LIMIT: 'off' }).limitsRate).toBe(false)
    const issuer = { OIDC_ISSUER: 'https://id.example.org' }
    for (const reached of [issuer, { ...issuer, HOST: '0.0.0.0' }, { TRUSTED_PROXIES: '127.0.0.1' }]) {
      const refused = 'RATE_LIMIT is "off", which is for tests on this machine alone'
      expect(() => readConfig({ RATE_LIMIT: 'off', ...reached })).toThrow(refused)
    }
    expect(() => readConfig({ RATE_LIMIT: 'off', HOST: '0.0.0.0' })).toThrow('HOST is "0.0.0.0"')
  })

  it('derives the public address and drops a slash at its end', () => {
    expect(readConfig({ HOST: '::1', PORT: '9000' }).publicUrl).toBe('http://[::1]:9000')
    expect(readConfig({ PUBLIC_URL: 'https://example.org/zhigai/' }).publicUrl).toBe(
      'https://example.org/zhigai',
    )
  })

  it('sends mail from the host that people know, unless told otherwise', () => {
    expect(readConfig({ PUBLIC_URL: 'https://zhigai.example.org' }).mailFrom).toBe(
      'zhigai@zhigai.example.org',
    )
    expect(readConfig({ HOST: '::1' }).mailFrom).toBe('zhigai@localhost')
    for (const from of ['desk@example.org', '智改 <a@b.cn>', '<a@b.cn>', '"Desk" <desk@example.org>'])
      expect(readConfig({ MAIL_FROM: from }).mailFrom).toBe(from)
    for (const from of ['智改 <us>', 'a@b.cn, c@d.cn', '甲 <a@b.cn> <c@d.cn>'])
      expect(() => readConfig({ MAIL_FROM: from })).toThrow(/MAIL_FROM/)
  })

  it('wants both engines of a process that works beside them', () => {
    expect(() => readReadyConfig({ MONGODB_URI: 'mongodb://db' })).toThrow('TEMPORAL_ADDRESS is not set')
    expect(() => readReadyConfig({ TEMPORAL_ADDRESS: 'temporal:7233' })).toThrow('MONGODB_URI is not set')
  })
})
