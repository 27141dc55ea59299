/**
 * So many test files run at once. Each slot has engines of its own: the workers of two files would take each other's tasks, and
 * some files change a setting of the whole MongoDB.
 */
export const slots = 2
