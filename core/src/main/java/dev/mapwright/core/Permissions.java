package dev.mapwright.core;

/**
 * Permissions of a mapping as a set of three bits in an {@code int}, so that they can be stored
 * beside a page number and combined without allocating.
 */
public final class Permissions {
  /** No access at all. */
  public static final int NONE = 0;

  /** Loads are allowed. */
  public static final int READ = 1;

  /** Stores are allowed. */
  public static final int WRITE = 2;

  /** Instruction fetches are allowed. */
  public static final int EXECUTE = 4;

  /** Loads and stores. */
  public static final int READ_WRITE = READ | WRITE;

  /** Loads and fetches. */
  public static final int READ_EXECUTE = READ | EXECUTE;

  /** Everything. */
  public static final int ALL = READ | WRITE | EXECUTE;

  private Permissions() {}

  /**
   * {@return whether no bit of {@code wanted} is missing in {@code allowed}}
   *
   * @param wanted the set asked for
   * @param allowed the set that limits it
   */
  public static boolean within(int wanted, int allowed) {
    return (wanted & ~allowed) == 0;
  }

  /**
   * {@return the set in the notation of memory maps, three characters, for example {@code rw-}}
   *
   * @param permissions a set
   */
  public static String text(int permissions) {
    return ((permissions & READ) != 0 ? "r" : "-")
        + ((permissions & WRITE) != 0 ? "w" : "-")
        + ((permissions & EXECUTE) != 0 ? "x" : "-");
  }
}
