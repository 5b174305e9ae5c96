package dev.mapwright.linux.strace;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The names that the recorder prints for numbers, both ways. Looked up on every line, so names are
 * compared as bytes in an open-addressed table and nothing is allocated. Filled once, immutable
 * afterwards.
 */
final class Symbols {

  /** What {@link #find} answers for a name that is not in the table; no symbol has this value. */
  static final long UNKNOWN = Long.MIN_VALUE;

  private static final int SLOTS = 1 << 10;
  private static final byte[] @Nullable [] NAMES;
  private static final long[] VALUES;

  /** The slots of all names, in the order of the table. */
  private static final int[] IN_ORDER;

  static {
    String table =
        """
        NULL=0 true=1 false=0
        PROT_NONE=0 PROT_READ=1 PROT_WRITE=2 PROT_EXEC=4 PROT_SEM=8 PROT_GROWSDOWN=0x1000000
        PROT_GROWSUP=0x2000000 PROT_BTI=0x10 PROT_MTE=0x20 PROT_SAO=0x10
        MAP_FILE=0 MAP_SHARED=1 MAP_PRIVATE=2 MAP_SHARED_VALIDATE=3 MAP_DROPPABLE=8 MAP_FIXED=0x10
        MAP_ANONYMOUS=0x20 MAP_ANON=0x20 MAP_32BIT=0x40 MAP_ABOVE4G=0x80 MAP_GROWSDOWN=0x100
        MAP_DENYWRITE=0x800 MAP_EXECUTABLE=0x1000 MAP_LOCKED=0x2000 MAP_NORESERVE=0x4000
        MAP_POPULATE=0x8000 MAP_NONBLOCK=0x10000 MAP_STACK=0x20000 MAP_HUGETLB=0x40000
        MAP_SYNC=0x80000 MAP_FIXED_NOREPLACE=0x100000 MAP_UNINITIALIZED=0x4000000
        MAP_HUGE_SHIFT=26 MAP_HUGE_16KB=0x38000000 MAP_HUGE_64KB=0x40000000
        MAP_HUGE_512KB=0x4c000000 MAP_HUGE_1MB=0x50000000 MAP_HUGE_2MB=0x54000000
        MAP_HUGE_8MB=0x5c000000 MAP_HUGE_16MB=0x60000000 MAP_HUGE_32MB=0x64000000
        MAP_HUGE_256MB=0x70000000 MAP_HUGE_512MB=0x74000000 MAP_HUGE_1GB=0x78000000
        MAP_HUGE_2GB=0x7c000000 MAP_HUGE_16GB=0x88000000
        MREMAP_MAYMOVE=1 MREMAP_FIXED=2 MREMAP_DONTUNMAP=4
        MADV_NORMAL=0 MADV_RANDOM=1 MADV_SEQUENTIAL=2 MADV_WILLNEED=3 MADV_DONTNEED=4 MADV_FREE=8
        MADV_REMOVE=9 MADV_DONTFORK=10 MADV_DOFORK=11 MADV_MERGEABLE=12 MADV_UNMERGEABLE=13
        MADV_HUGEPAGE=14 MADV_NOHUGEPAGE=15 MADV_DONTDUMP=16 MADV_DODUMP=17 MADV_WIPEONFORK=18
        MADV_KEEPONFORK=19 MADV_COLD=20 MADV_PAGEOUT=21 MADV_POPULATE_READ=22
        MADV_POPULATE_WRITE=23 MADV_DONTNEED_LOCKED=24 MADV_COLLAPSE=25 MADV_HWPOISON=100
        MADV_SOFT_OFFLINE=101 MADV_GUARD_INSTALL=102 MADV_GUARD_REMOVE=103
        MS_ASYNC=1 MS_INVALIDATE=2 MS_SYNC=4 MLOCK_ONFAULT=1
        MCL_CURRENT=1 MCL_FUTURE=2 MCL_ONFAULT=4
        PR_SET_MDWE=65 PR_MDWE_REFUSE_EXEC_GAIN=1 PR_MDWE_NO_INHERIT=2
        PKEY_DISABLE_ACCESS=1 PKEY_DISABLE_WRITE=2 PKEY_DISABLE_EXECUTE=4
        SHM_RDONLY=0x1000 SHM_RND=0x2000 SHM_REMAP=0x4000 SHM_EXEC=0x8000
        CSIGNAL=0xff CLONE_VM=0x100 CLONE_FS=0x200 CLONE_FILES=0x400 CLONE_SIGHAND=0x800
        CLONE_PIDFD=0x1000 CLONE_PTRACE=0x2000 CLONE_VFORK=0x4000 CLONE_PARENT=0x8000
        CLONE_THREAD=0x10000 CLONE_NEWNS=0x20000 CLONE_SYSVSEM=0x40000 CLONE_SETTLS=0x80000
        CLONE_PARENT_SETTID=0x100000 CLONE_CHILD_CLEARTID=0x200000 CLONE_DETACHED=0x400000
        CLONE_UNTRACED=0x800000 CLONE_CHILD_SETTID=0x1000000 CLONE_NEWCGROUP=0x2000000
        CLONE_NEWUTS=0x4000000 CLONE_NEWIPC=0x8000000 CLONE_NEWUSER=0x10000000
        CLONE_NEWPID=0x20000000 CLONE_NEWNET=0x40000000 CLONE_IO=0x80000000
        CLONE_CLEAR_SIGHAND=0x100000000 CLONE_INTO_CGROUP=0x200000000 CLONE_NEWTIME=0x80
        """;
    Table made = new Table(table.getBytes(StandardCharsets.US_ASCII));
    NAMES = made.names;
    VALUES = made.values;
    IN_ORDER = Arrays.copyOf(made.inOrder, made.count);
  }

  private Symbols() {}

  /** {@return the value of a name, or {@link #UNKNOWN}} */
  static long find(byte[] bytes, int first, int end) {
    for (int slot = hash(bytes, first, end); ; slot = slot + 1 & SLOTS - 1) {
      byte[] name = NAMES[slot];
      if (name == null) {
        return UNKNOWN;
      }
      if (Arrays.equals(name, 0, name.length, bytes, first, end)) {
        return VALUES[slot];
      }
    }
  }

  /**
   * The name of a value in a family of names with a common beginning; the number if there is none.
   */
  static String nameOf(String family, long value) {
    byte[] beginning = family.getBytes(StandardCharsets.US_ASCII);
    for (int slot : IN_ORDER) {
      byte[] name = NAMES[slot];
      if (VALUES[slot] == value && name != null && startsWith(name, beginning)) {
        return new String(name, StandardCharsets.US_ASCII);
      }
    }
    return "0x" + Long.toHexString(value);
  }

  private static boolean startsWith(byte[] name, byte[] beginning) {
    int length = beginning.length;
    return name.length > length && Arrays.equals(name, 0, length, beginning, 0, length);
  }

  private static int hash(byte[] bytes, int first, int end) {
    int hash = 0;
    for (int i = first; i < end; i++) {
      hash = hash * 31 + bytes[i];
    }
    return Table.slot(hash);
  }

  /**
   * What a text of {@code NAME=NUMBER} says. The first line of every recording waits for it,
   * interpreted: so it goes over bytes, and is a class of its own, since the statics of a class
   * that is being initialised are looked up anew at every access.
   */
  private static final class Table {
    final byte[] @Nullable [] names = new byte[SLOTS][];
    final long[] values = new long[SLOTS];
    final int[] inOrder = new int[SLOTS];
    int count;

    Table(byte[] text) {
      int at = 0;
      while (at < text.length) {
        int first = at;
        int hash = 0;
        while (text[at] != '=') {
          hash = hash * 31 + text[at++];
        }
        byte[] name = Arrays.copyOfRange(text, first, at++);
        boolean hexadecimal = text[at] == '0' && text[at + 1] == 'x';
        at += hexadecimal ? 2 : 0;
        long value = 0;
        while (text[at] > ' ') {
          int c = text[at++];
          int digit = c <= '9' ? c - '0' : c - 'a' + 10;
          value = hexadecimal ? value << 4 | digit : value * 10 + digit;
        }
        while (at < text.length && text[at] <= ' ') {
          at++;
        }
        int slot = slot(hash);
        while (names[slot] != null) {
          slot = slot + 1 & SLOTS - 1;
        }
        names[slot] = name;
        values[slot] = value;
        inOrder[count++] = slot;
      }
    }

    static int slot(int hash) {
      return (hash ^ hash >>> 10 ^ hash >>> 20) & SLOTS - 1;
    }
  }
}
