package dev.mapwright.core.machine;

import dev.mapwright.core.Access;
import dev.mapwright.core.Fault;
import org.jspecify.annotations.Nullable;

/** What a CPU is attached to: a translation, and somebody to ask when it has no entry. */
public interface FaultResolver {
  /** {@return the tables that the CPU walks, the same instance each time} */
  Translation translation();

  /**
   * The first page whose addresses it resolves. For a CPU that is attached to two it is the border
   * between them, asked for when it is attached.
   *
   * @return a page number, 0 .. {@link dev.mapwright.core.Pages#LAST_PAGE}, the same each time
   */
  default long firstPage() {
    return 0;
  }

  /**
   * Called by a CPU that found no entry, or one that does not allow the access. The CPU is
   * quiescent during the call: it has left its bracket, and looks at the tables again afterwards.
   *
   * @param address the first byte of the access that lies in the page concerned
   * @param access what is tried
   * @return null when the access may be tried again; otherwise why not, as an access of one byte
   */
  @Nullable Fault resolve(long address, Access access);
}
