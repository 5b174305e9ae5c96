package dev.mapwright.linux.maps;

/**
 * One line of {@code /proc/PID/maps}.
 *
 * @param first the first address
 * @param last the last address, inclusive
 * @param protection {@code PROT_} bits
 * @param shared whether the fourth letter is {@code s}
 * @param offset where in the object the range begins, in bytes
 * @param device the device's numbers as printed, for example "fe:00"
 * @param inode the file's number on that device; 0 if there is no file
 * @param name the path or the name in brackets as printed, newlines decoded; empty if there is none
 */
public record MapsEntry(
    long first,
    long last,
    int protection,
    boolean shared,
    long offset,
    String device,
    long inode,
    String name) {

  /** How the main stack is named. */
  public static final String STACK = "[stack]";

  /** How the code is named that the kernel lends to programs. */
  public static final String VDSO = "[vdso]";

  /**
   * Whether the kernel made this range for itself, outside of what a program's calls describe.
   *
   * @return true for {@code [vvar]}, {@code [vdso]}, {@code [vsyscall]} and the like, not for
   *     {@code [heap]}, {@code [stack]} and names that a program gave to anonymous memory
   */
  public boolean kernelsOwn() {
    return inode == 0 && MapsNames.isKernelName(name);
  }

  /**
   * The facts of this line without names and numbers that say nothing about a mapping.
   *
   * @return the range
   */
  public MappedRange facts() {
    String object = MapsNames.object(name, inode, shared);
    return new MappedRange(first, last, protection, shared, object, object.isEmpty() ? 0 : offset);
  }
}
