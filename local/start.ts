import { assertKeyNamed, usableKeys } from '../server/audit-keys.ts'
import { watchFreezes } from './backup/freeze.ts'
import { type Child, startChild } from './child-process.ts'
import { type Config, environment, readConfig, type ReadyConfig } from '../server/config.ts'
import { loadDemoData } from './demo/demo-data.ts'
import { provideEngines } from './engines/index.ts'
import { awaitDataDir, type DataLock } from './engines/lock.ts'
import { assertPortFree } from '../server/ports.ts'
import { findStarter, isAlive } from './engines/process.ts'
import { onFirstSignal } from './interrupt.ts'
import { prepare } from '../server/prepare.ts'
import { openDataFolder, type RoomWatch, watchRoom } from '../server/room.ts'
import { supervise, type Supervised } from './supervise.ts'
import { runMain, UserError } from '../server/user-error.ts'

const say = (line: string) => console.error(line)
/** As long as a killed run's processes may hold on to the port (milliseconds). */
const portPatience = 30_000

await runMain(async () => {
  const config = readConfig()
  assertKeyNamed(config)
  await openDataFolder(config.dataDir)
  const lock = await awaitDataDir(config.dataDir, say)
  const room = watchRoom(config.dataDir, say)
  watchFreezes(config.dataDir)
  try {
    await run(config, lock, room)
  } finally {
    room.stop()
    lock.release()
  }
  process.exit(0)
})

async function run(config: Config, lock: DataLock, room: RoomWatch): Promise<void> {
  await assertPortFree(config.host, config.port, lock.inherited ? portPatience : 0)
  const children: Supervised[] = []
  const { stopped, fail } = endOfRun()
  void stopped.catch(() => undefined).then(() => lock.markStopping())
  // A stop before the engines run only has to leave: their supervisors end what was begun.
  const engines = await Promise.race([provideEngines(config, say, { onFailure: fail, room }), stopped])
  if (!engines) return
  try {
    if (engines.uiUrl !== undefined) say(`Temporal Web UI ${engines.uiUrl}`)
    const ready = { ...config, mongodbUri: engines.mongoUri, temporalAddress: engines.temporalAddress }
    await Promise.race([serve(config, ready, { children, room }), stopped])
  } finally {
    lock.markStopping()
    say('正在停止… stopping')
    for (const child of children) await child.stop()
    await engines.stop()
    say('已停止 stopped')
  }
}

/** Prepares the database and serves until a child cannot be kept running. */
async function serve(
  asked: Config,
  ready: ReadyConfig,
  { children, room }: { children: Supervised[]; room: RoomWatch },
): Promise<void> {
  await prepare(ready)
  const config = { ...ready, audit: await usableKeys(asked) }
  await assertPortFree(config.host, config.port)
  say('启动接口与工作进程… starting the API and the worker')
  // In the order in which they are to be stopped.
  const first = [startChild('api', config), startChild('worker', config)]
  for (const child of first) {
    const again = () => Promise.resolve(startChild(child.name, config))
    children.push(supervise(child, again, { log: say, room }))
  }
  const failed = Promise.race(children.map((child) => child.failed)).then((reason) => {
    throw new UserError(reason)
  })
  await Promise.race([Promise.all(first.map(untilReady)), failed])
  await Promise.race([loadDemoData(asked, localUrl(config), say), failed])
  console.log(`ready ${config.publicUrl}`)
  say(
    `下一步：另开一个终端运行 npm run zhigai -- demo，或者打开 ${config.publicUrl}/docs/；Ctrl-C 停止 · ` +
      'next: npm run zhigai -- demo in a second terminal, or open that page; Ctrl-C stops',
  )
  await failed
}

async function untilReady({ name, ready }: Child): Promise<void> {
  await ready.catch((reason: unknown) => {
    throw new UserError(`${name} 进程未能启动 · the ${name} did not start (${String(reason)})`)
  })
}

/** Where this machine itself reaches the API, whatever its public address is. */
function localUrl({ host, port }: Config): string {
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`
}

/** `stopped` is fulfilled when a signal asks us to end or npm is gone, and rejected when an engine fails us. */
function endOfRun(): { stopped: Promise<undefined>; fail: (reason: string) => void } {
  const failure = new AbortController()
  const fail = (reason: string) => failure.abort(new UserError(reason))
  const stopped = new Promise<undefined>((resolve, reject) => {
    failure.signal.addEventListener('abort', () => reject(failure.signal.reason))
    onFirstSignal(() => resolve(undefined))
    watchNpm(() => resolve(undefined))
  })
  return { stopped, fail }
}

/** A killed npm sends no signal, and the shell between us may outlive it. */
function watchNpm(onGone: () => void): void {
  if (environment['npm_lifecycle_event'] === undefined) return
  const npm = findStarter()
  if (npm) setInterval(() => isAlive(npm) || onGone(), 1000).unref()
}
