package dev.priok.kernel.call;

/**
 * A name in a directory.
 *
 * @param name the name, see {@link PathText}
 * @param type a type constant of {@link FileStat}, or 0 where the file system does not say
 * @param inode its inode
 */
public record DirectoryEntry(String name, int type, long inode) {}
