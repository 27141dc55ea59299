import { UserError } from '../server/user-error.ts'

const minute = 60_000
const mostRestarts = 5

/** Counts the deaths of a process that is started again each time, and throws when they come too often for that to help. */
export function countDeaths(name: string): (reason: string) => void {
  const deaths: number[] = []
  return (reason) => {
    const recent = deaths.filter((at) => at > Date.now() - minute).length
    if (recent >= mostRestarts)
      throw new UserError(
        `${name} 一分钟内退出 ${recent + 1} 次，不再重启（${reason}） · ${name} keeps ending, ${recent + 1} times in a minute (${reason})`,
      )
    deaths.push(Date.now())
  }
}
