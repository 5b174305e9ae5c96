package dev.mapwright.zircon.object;

import static dev.mapwright.zircon.abi.MxRights.MX_RIGHT_DUPLICATE;
import static dev.mapwright.zircon.abi.MxRights.MX_RIGHT_EXECUTE;
import static dev.mapwright.zircon.abi.MxRights.MX_RIGHT_READ;
import static dev.mapwright.zircon.abi.MxRights.MX_RIGHT_TRANSFER;
import static dev.mapwright.zircon.abi.MxRights.MX_RIGHT_WRITE;

import dev.mapwright.core.Pages;
import dev.mapwright.core.Permissions;
import dev.mapwright.core.space.Region;
import dev.mapwright.zircon.handle.KernelObject;
import dev.mapwright.zircon.handle.ObjectType;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A virtual memory address region: the engine's region, of which there is one such object, and two
 * flags that are its own and not inherited. Immutable but for the tags, which guard themselves;
 * whether the region lives is the engine's to say.
 *
 * <p>Its parent keeps it, so the last handle means nothing to it.
 */
public final class MxVmar extends KernelObject {
  private final Region region;
  private final boolean canMapSpecific;
  private final boolean compact;
  private final boolean root;
  private final long base;
  private final long bytes;

  /** The last tag given to a mapping. */
  private final AtomicInteger tags = new AtomicInteger();

  MxVmar(MxSystem system, Region region, boolean canMapSpecific, boolean compact, boolean root) {
    super(ObjectType.VMAR, system.machine().census().nextNumber());
    this.region = region;
    this.canMapSpecific = canMapSpecific;
    this.compact = compact;
    this.root = root;
    this.base = Pages.address(region.firstPage());
    this.bytes = (region.lastPage() - region.firstPage() + 1) << Pages.SHIFT;
  }

  /**
   * Takes a new region of the engine over.
   *
   * @param system the system
   * @param region the engine's region
   * @param canMapSpecific whether callers may say where in it something lies
   * @param compact whether what is placed in it is kept together
   */
  public MxVmar(MxSystem system, Region region, boolean canMapSpecific, boolean compact) {
    this(system, region, canMapSpecific, compact, false);
  }

  /** {@return the engine's region} */
  public Region region() {
    return region;
  }

  /** {@return whether callers may say where in it something lies: the flag CAN_MAP_SPECIFIC} */
  public boolean canMapSpecific() {
    return canMapSpecific;
  }

  /** {@return whether what is placed in it is kept together: the flag COMPACT} */
  public boolean compact() {
    return compact;
  }

  /** {@return whether it spans a whole address space} */
  public boolean root() {
    return root;
  }

  /** {@return its first address, also when it is destroyed} */
  public long base() {
    return base;
  }

  /** {@return its size in bytes, unsigned, also when it is destroyed; 0 stands for 2^64} */
  public long bytes() {
    return bytes;
  }

  /**
   * Whether a range lies inside, without overflow.
   *
   * @param address the first byte, unsigned
   * @param length its size in bytes, unsigned, not 0
   * @return true when all of it does
   */
  public boolean contains(long address, long length) {
    long offset = address - base;
    return Long.compareUnsigned(address, base) >= 0 && fits(offset, length);
  }

  /**
   * Whether an offset and a size lie inside, without overflow.
   *
   * @param offset from the base, in bytes, unsigned
   * @param length in bytes, unsigned, not 0
   * @return true when all of it does
   */
  public boolean fits(long offset, long length) {
    long last = bytes - 1;
    return Long.compareUnsigned(offset, last) <= 0
        && Long.compareUnsigned(length - 1, last - offset) <= 0;
  }

  /**
   * {@return the rights of the first handle to this region, a set of {@link
   * dev.mapwright.zircon.abi.MxRights}: they follow from its flags alone, whatever the handle to
   * its parent allows}
   */
  public int rights() {
    int capability = region.capability();
    return MX_RIGHT_DUPLICATE
        | MX_RIGHT_TRANSFER
        | ((capability & Permissions.READ) != 0 ? MX_RIGHT_READ : 0)
        | ((capability & Permissions.WRITE) != 0 ? MX_RIGHT_WRITE : 0)
        | ((capability & Permissions.EXECUTE) != 0 ? MX_RIGHT_EXECUTE : 0);
  }

  /**
   * A tag for a new mapping in this region, which tells it from all others there. Tags are given
   * again after 2^32 - 1 mappings. That does no harm: a tag is asked for only until the call that
   * made the mapping has returned, and only in the place of the mapping, so the other mapping with
   * it would have to be made there during that call, as the last of so many.
   *
   * @return any number but 0, which the embedding program's own mappings have
   */
  public int nextTag() {
    int tag = tags.incrementAndGet();
    return tag != 0 ? tag : tags.incrementAndGet();
  }

  @Override
  protected boolean endsWithLastHandle() {
    return false;
  }

  @Override
  protected void end(Fallen fallen) {
    throw new IllegalStateException("a region does not end with its handles");
  }

  @Override
  public String toString() {
    return "region 0x"
        + Long.toHexString(base)
        + "-0x"
        + Long.toHexString(base + (bytes - 1))
        + (region.live() ? "" : " (destroyed)");
  }
}
