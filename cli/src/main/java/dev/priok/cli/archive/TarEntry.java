package dev.priok.cli.archive;

/** What a tar archive says of one file; {@code type} is the type flag of POSIX ustar. */
record TarEntry(
    String name, String link, char type, int mode, long uid, long gid, long size, long seconds) {
  static final char FILE = '0';
  static final char HARD_LINK = '1';
  static final char SYMLINK = '2';
  static final char DIRECTORY = '5';
}
