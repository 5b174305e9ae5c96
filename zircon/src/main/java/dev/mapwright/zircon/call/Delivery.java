package dev.mapwright.zircon.call;

import dev.mapwright.core.Outcome;
import dev.mapwright.core.space.MapRequest;
import dev.mapwright.core.space.Region;
import dev.mapwright.core.space.RegionRequest;
import dev.mapwright.zircon.handle.Handle;
import dev.mapwright.zircon.handle.HandleTable;
import dev.mapwright.zircon.handle.KernelObject;
import dev.mapwright.zircon.object.MxVmar;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the call under way has made and its caller does not have yet.
 *
 * <p><b>Two phases.</b> A call first decodes its arguments and invokes the engine; what that makes
 * is made through this class, which remembers it. Then the results are stored where the caller
 * wants them, and only then is it certain how the call ends. {@link MxContext#end} knows, and does
 * one of two things: it {@linkplain #handOver hands over}, which cannot fail, or it {@linkplain
 * #takeBack takes back}. So no call undoes anything itself, and a caller of another kind, with
 * other memory to store results in, needs nothing but its own stores between the two.
 *
 * <p><b>By identity.</b> Between the phases nobody holds a lock, and storing through a pointer may
 * take long: a page comes from its source, a device's handler runs. Meanwhile other threads see the
 * new mapping at its address; they may unmap it and put something of their own there. Taking back
 * therefore never asks what lies at an address. A mapping is known by a tag that no other mapping
 * of its region has, a region by its object, a handle by its reservation, which no other thread can
 * see before it is published.
 *
 * <p><b>What can not be taken back yet.</b> While the embedding program has a lease of the place,
 * the engine refuses to remove what is there. It is tried again at the beginning of each later call
 * of the thread, and when the thread ends.
 *
 * <p>Belongs to a context and is used like it by one thread at a time. It allocates nothing, leases
 * apart.
 */
final class Delivery {
  /** What a lease has kept in place; the tag is 0 when it is the region itself. */
  private record Leftover(Region region, long firstPage, long pages, int tag) {
    boolean remove() {
      Outcome outcome = tag == 0 ? region.destroy() : region.unmapTagged(firstPage, pages, tag);
      return outcome != Outcome.LEASED;
    }
  }

  private final HandleTable table;
  private final List<Leftover> leftovers = new ArrayList<>();

  private @Nullable Handle handle;
  private @Nullable Handle rootHandle;
  private @Nullable Region region;

  /** Where a mapping was made; null when none was. */
  private @Nullable Region mappedInto;

  private long firstPage;
  private long pages;
  private int tag;

  Delivery(HandleTable table) {
    this.table = table;
  }

  /** Maps into a region; the request's size and tag are set here. */
  Outcome map(MxVmar into, MapRequest request, long count) {
    int unique = into.nextTag();
    Outcome outcome = into.region().map(request.pages(count).tag(unique));
    if (outcome == Outcome.OK) {
      mappedInto = into.region();
      firstPage = request.firstPage();
      pages = count;
      tag = unique;
    }
    return outcome;
  }

  /** Makes a region in another one. */
  Outcome allocate(MxVmar parent, RegionRequest request) {
    Outcome outcome = parent.region().allocate(request);
    if (outcome == Outcome.OK) {
      region = request.region();
    }
    return outcome;
  }

  /** Acquires the call's handle; false when there is none, and then the object has none either. */
  boolean reserve(KernelObject object, int rights) {
    handle = table.reserve(object, rights);
    return handle != null;
  }

  /** Acquires a second handle, to the root region of a new process. */
  boolean reserveRoot(KernelObject object, int rights) {
    rootHandle = table.reserve(object, rights);
    return rootHandle != null;
  }

  /** The value of the call's handle, which names nothing before it is handed over; 0 for none. */
  int handle() {
    return valueOf(handle);
  }

  /** The value of the second handle, likewise. */
  int rootHandle() {
    return valueOf(rootHandle);
  }

  private static int valueOf(@Nullable Handle reserved) {
    return reserved == null ? 0 : reserved.value();
  }

  /** The caller has every result: what was made is the process's. */
  void handOver() {
    publish(handle);
    publish(rootHandle);
    forget();
  }

  /**
   * Shows a handle to the process. When that has ended meanwhile nobody will use the handle: the
   * thread is gone with its next call.
   */
  private void publish(@Nullable Handle reserved) {
    if (reserved != null && !table.publish(reserved)) {
      table.cancel(reserved);
    }
  }

  /** The call is refused, or was given up: nothing of what it made stays. */
  void takeBack() {
    cancel(rootHandle);
    cancel(handle); // the last one of a new process, which ends with it
    if (mappedInto != null) {
      remove(new Leftover(mappedInto, firstPage, pages, tag));
    }
    if (region != null) {
      remove(new Leftover(region, 0, 0, 0));
    }
    forget();
  }

  private void cancel(@Nullable Handle reserved) {
    if (reserved != null) {
      table.cancel(reserved);
    }
  }

  private void remove(Leftover made) {
    if (!made.remove()) {
      leftovers.add(made);
    }
  }

  /** Takes back what could not be taken back before. */
  void settle() {
    if (!leftovers.isEmpty()) {
      leftovers.removeIf(Leftover::remove);
    }
  }

  private void forget() {
    handle = null;
    rootHandle = null;
    region = null;
    mappedInto = null;
  }
}
