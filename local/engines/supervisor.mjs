// Stands between us and an engine: when we are killed, however hard, the channel closes and the engine is ended.
// It lives in a group of its own, so that Ctrl-C in the terminal reaches neither it nor the engine.
import { spawn } from 'node:child_process'
import { existsSync, fchmodSync, fstatSync, openSync, statSync } from 'node:fs'

const patience = 10_000
const largestLog = 16 * 1024 * 1024

const [logFile, command, ...args] = process.argv.slice(2)
if (!process.connected) process.exit(0)

const log = openLog()
const engine = spawn(command, args, { stdio: ['ignore', log, log] })

engine.once('spawn', () => tell({ type: 'started', pid: engine.pid }))
engine.once('error', (error) => tell({ type: 'ended', reason: error.message }, () => process.exit(1)))
engine.once('exit', (code, signal) => {
  tell({ type: 'ended', reason: signal ?? `exit code ${code}` }, () => process.exit(0))
})

process.once('disconnect', endEngine)
process.on('message', endEngine)
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, endEngine)

/** A full disk takes the log away and not the engine. */
function openLog() {
  try {
    const fresh = existsSync(logFile) && statSync(logFile).size > largestLog
    const file = openSync(logFile, fresh ? 'w' : 'a', 0o600)
    // Never the null device.
    if (fstatSync(file).isFile()) fchmodSync(file, 0o600)
    return file
  } catch {
    return 'ignore'
  }
}

function endEngine() {
  engine.kill('SIGTERM')
  // One that stands still hears nothing until it goes on.
  engine.kill('SIGCONT')
  setTimeout(() => engine.kill('SIGKILL'), patience).unref()
}

function tell(message, then = () => {}) {
  if (process.connected) process.send(message, then)
  else then()
}
