/** A sentence's two halves: Chinese first, English second. */
export type FileErrorWords = { zh: string; en: string }

const meanings: Readonly<Record<string, FileErrorWords>> = {
  ENOSPC: { zh: '磁盘已满', en: 'the disk is full' },
  EDQUOT: { zh: '磁盘配额已用完', en: 'the disk quota is used up' },
  EROFS: { zh: '所在文件系统只读', en: 'the file system is read-only' },
  EACCES: { zh: '当前用户没有权限', en: 'this user has no right to it' },
  EPERM: { zh: '系统不允许该操作', en: 'the system does not permit it' },
  EEXIST: { zh: '同名文件已经存在', en: 'a file of that name is there already' },
  ENOTDIR: { zh: '路径中有一段是文件而非目录', en: 'a part of the path is a file, not a folder' },
  EISDIR: { zh: '是目录而非文件', en: 'it is a folder, not a file' },
  ENOENT: { zh: '文件或目录不存在', en: 'no such file or folder' },
  ELOOP: { zh: '符号链接成环', en: 'symbolic links lead in a circle' },
  ENAMETOOLONG: { zh: '路径过长', en: 'the path is too long' },
  EIO: { zh: '磁盘读写出错', en: 'the disk cannot be read or written' },
  EMFILE: { zh: '打开的文件过多', en: 'too many files are open' },
}

/** What the system means when it refuses a file or folder; undefined for any other error. */
export function meaningOf(error: unknown): FileErrorWords | undefined {
  return error instanceof Error && 'syscall' in error ? meanings[codeOf(error) ?? ''] : undefined
}

/** A refusal of the system as a sentence that names the path, where it is told; undefined for any other error. */
export function fileSentence(error: unknown): string | undefined {
  const meaning = meaningOf(error)
  if (!meaning) return undefined
  const path = error instanceof Error && 'path' in error ? `${String(error.path)} ` : ''
  return `${path}${meaning.zh} · ${path === '' ? '' : path}${meaning.en}`
}

/** The code of an error of the system, such as `ENOENT`. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}
