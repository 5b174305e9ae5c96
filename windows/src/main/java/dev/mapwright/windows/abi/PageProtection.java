package dev.mapwright.windows.abi;

import dev.mapwright.core.CachePolicy;
import dev.mapwright.core.Permissions;

/** PAGE_ protections (wdm.h): one base bit, and for some routines one modifier. */
public final class PageProtection {
  /** No access at all. */
  public static final int PAGE_NOACCESS = 0x01;

  /** Reading. */
  public static final int PAGE_READONLY = 0x02;

  /** Reading and writing. */
  public static final int PAGE_READWRITE = 0x04;

  /** Copy on write; accepted by none of the routines here. */
  public static final int PAGE_WRITECOPY = 0x08;

  /** Execution, without reading. */
  public static final int PAGE_EXECUTE = 0x10;

  /** Execution and reading. */
  public static final int PAGE_EXECUTE_READ = 0x20;

  /** Everything. */
  public static final int PAGE_EXECUTE_READWRITE = 0x40;

  /** Execution and copy on write; accepted by none of the routines here. */
  public static final int PAGE_EXECUTE_WRITECOPY = 0x80;

  /** A guard page; accepted by none of the routines here. */
  public static final int PAGE_GUARD = 0x100;

  /** Modifier: not cached. */
  public static final int PAGE_NOCACHE = 0x200;

  /** Modifier: not cached, writes may be combined. */
  public static final int PAGE_WRITECOMBINE = 0x400;

  /** The base bits that map I/O space. */
  public static final int IO_SPACE_BASES =
      PAGE_READONLY | PAGE_READWRITE | PAGE_EXECUTE | PAGE_EXECUTE_READ | PAGE_EXECUTE_READWRITE;

  /** The base bits of contiguous memory. */
  public static final int CONTIGUOUS_BASES = PAGE_READWRITE | PAGE_EXECUTE_READWRITE;

  /** The base bits that a mapped MDL can be given. */
  public static final int MDL_BASES = IO_SPACE_BASES | PAGE_NOACCESS;

  private static final int MODIFIERS = PAGE_NOCACHE | PAGE_WRITECOMBINE;
  private static final int EXECUTABLE =
      PAGE_EXECUTE | PAGE_EXECUTE_READ | PAGE_EXECUTE_READWRITE | PAGE_EXECUTE_WRITECOPY;

  private PageProtection() {}

  /**
   * {@return whether a protection is exactly one of the base bits given}
   *
   * @param protect any number
   * @param bases the base bits that are accepted
   */
  public static boolean plain(int protect, int bases) {
    return Integer.bitCount(protect) == 1 && (protect & bases) != 0;
  }

  /**
   * {@return whether a protection is exactly one of the base bits given, with at most one modifier}
   *
   * @param protect any number
   * @param bases the base bits that are accepted
   */
  public static boolean modified(int protect, int bases) {
    return plain(protect & ~MODIFIERS, bases) && (protect & MODIFIERS) != MODIFIERS;
  }

  /**
   * {@return whether execution is allowed}
   *
   * @param protect a protection
   */
  public static boolean executable(int protect) {
    return (protect & EXECUTABLE) != 0;
  }

  /**
   * {@return what is allowed, a set of {@link Permissions}}
   *
   * @param protect a protection that a routine has accepted
   */
  public static int permissions(int protect) {
    return switch (protect & ~MODIFIERS) {
      case PAGE_READONLY -> Permissions.READ;
      case PAGE_READWRITE -> Permissions.READ_WRITE;
      case PAGE_EXECUTE -> Permissions.EXECUTE;
      case PAGE_EXECUTE_READ -> Permissions.READ_EXECUTE;
      case PAGE_EXECUTE_READWRITE -> Permissions.ALL;
      default -> Permissions.NONE;
    };
  }

  /**
   * {@return how the memory is accessed: fully cached without a modifier}
   *
   * @param protect a protection that a routine has accepted
   */
  public static CachePolicy cachePolicy(int protect) {
    if ((protect & PAGE_NOCACHE) != 0) {
      return CachePolicy.UNCACHED;
    }
    return (protect & PAGE_WRITECOMBINE) != 0 ? CachePolicy.WRITE_COMBINING : CachePolicy.CACHED;
  }
}
