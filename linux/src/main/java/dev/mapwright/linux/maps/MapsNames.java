package dev.mapwright.linux.maps;

/**
 * What a name means. Names of anonymous memory ({@code [heap]}, {@code [stack]}, {@code [anon:
 * ...]}) are no facts; an unlinked file's name ends with {@code (deleted)}, which is a fact about
 * its directory and may have become true after the mapping was made; a System V segment is named
 * after its key, which the attaching call does not show.
 */
final class MapsNames {

  private static final String DELETED = " (deleted)";
  private static final String SHARED_ANONYMOUS = "/dev/zero";

  private MapsNames() {}

  /** The object's identity; empty for private anonymous memory. */
  static String object(String name, long inode, boolean shared) {
    if (name.startsWith("[anon_shmem:")) {
      return SHARED_ANONYMOUS;
    }
    if (name.isEmpty() || inode == 0 && isAnonymousName(name)) {
      return shared ? SHARED_ANONYMOUS : "";
    }
    if (name.startsWith("/SYSV")) {
      return "/SYSV";
    }
    return name.endsWith(DELETED) ? name.substring(0, name.length() - DELETED.length()) : name;
  }

  static boolean isAnonymousName(String name) {
    return name.equals("[heap]") || name.startsWith("[stack") || name.startsWith("[anon");
  }

  static boolean isKernelName(String name) {
    return name.startsWith("[") && !isAnonymousName(name);
  }
}
