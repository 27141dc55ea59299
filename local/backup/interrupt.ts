import { UserError } from '../../server/user-error.ts'

/** A signal that is aborted when the process is asked to end, so that it can clean up; `done` stops listening. */
export function abortOnSignals(): { signal: AbortSignal; done: () => void } {
  const asked = new AbortController()
  const abort = () => asked.abort(new UserError('已中断，未留下任何文件 · interrupted; nothing is left'))
  const names = ['SIGINT', 'SIGTERM', 'SIGHUP']
  for (const name of names) process.once(name, abort)
  return {
    signal: asked.signal,
    done: () => {
      for (const name of names) process.removeListener(name, abort)
    },
  }
}
