import { spawn } from 'node:child_process'
import { dirname } from 'node:path'
import { withFirst } from './runtime.mjs'
import { setup } from './setup.mjs'

await setup()

// A group of its own: Ctrl-C then reaches the checks once, through us, and not once more from the terminal.
const verify = spawn('npm', ['run', 'verify'], {
  detached: true,
  env: withFirst(dirname(process.execPath), process.env),
  stdio: ['ignore', 'inherit', 'inherit'],
})
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => verify.pid && process.kill(-1 * verify.pid, signal))
}
verify.once('close', (code) => process.exit(code ?? 1))
