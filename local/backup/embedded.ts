import type { Config } from '../../server/config.ts'
import { UserError } from '../../server/user-error.ts'

/** Throws where an engine is not ours: its own tools copy it consistently, and we cannot. */
export function assertEmbedded({ mongodbUri, temporalAddress }: Config): void {
  const set = [mongodbUri && 'MONGODB_URI', temporalAddress && 'TEMPORAL_ADDRESS'].filter(Boolean).join(', ')
  if (set !== '')
    throw new UserError(
      `已设置 ${set}：请用引擎自带的工具，见 docs/backup.md · ` +
        `${set} is set: back up and restore with the engines' own tools, see docs/backup.md`,
    )
}
