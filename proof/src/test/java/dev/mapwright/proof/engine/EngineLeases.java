package dev.mapwright.proof.engine;

import dev.mapwright.core.Made;
import dev.mapwright.core.Outcome;
import dev.mapwright.core.Permissions;
import dev.mapwright.core.space.AddressSpace;
import dev.mapwright.core.space.Lease;
import dev.mapwright.proof.engine.ModelUnits.Unit;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A few leases on a space: what they pin, what they show, what they keep from being changed. */
final class EngineLeases {
  private static final int LEASES = 3;

  private final AddressSpace space;
  private final ModelUnits model;
  private final Geometry geometry;
  private final EngineObjects objects;
  private final Judge judge;

  /** Pages that count as written; a lease for writing adds its own when it is closed. */
  private final Set<Long> dirty;

  private final @Nullable Held[] leases = new Held[LEASES];

  EngineLeases(
      AddressSpace space,
      ModelUnits model,
      Geometry geometry,
      EngineObjects objects,
      Judge judge,
      Set<Long> dirty) {
    this.space = space;
    this.model = model;
    this.geometry = geometry;
    this.objects = objects;
    this.judge = judge;
    this.dirty = dirty;
  }

  /** An open lease, and what it pins. */
  private record Held(Lease lease, long firstPage, int pages, boolean written, List<Unit> shown) {
    boolean touches(long first, long last) {
      return firstPage <= last && firstPage + pages - 1 >= first;
    }
  }

  boolean leased(int at, int count) {
    long last = geometry.page(at + count) - 1;
    for (Held held : leases) {
      if (held != null && held.touches(geometry.page(at), last)) {
        return true;
      }
    }
    return false;
  }

  /** Closes a lease, or opens one of a few pages from the beginning of a unit. */
  void openOrClose(Step step, int at, int count) {
    int slot = step.to() % LEASES;
    if (leases[slot] != null) {
      close(slot);
      return;
    }
    int pages = geometry.unitPages() >= 4 ? 1 + (int) (step.value() & 1) : count;
    boolean write = (step.value() & 2) != 0;
    Outcome expected = pages <= 0 ? Outcome.INVALID : Outcome.OK;
    if (expected == Outcome.OK
        && (at > model.units.length - 1
            || at + (pages - 1) / geometry.unitPages() >= model.units.length)) {
      expected = Outcome.OUTSIDE;
    }
    List<Unit> shown = new ArrayList<>();
    for (int i = 0; i < pages && expected == Outcome.OK; i++) {
      Unit entry = model.units[at + i / geometry.unitPages()];
      if (entry == null) {
        expected = Outcome.NOT_MAPPED;
      } else if (!Permissions.within(
          write ? Permissions.READ_WRITE : Permissions.READ, entry.permissions())) {
        expected = Outcome.DENIED;
      } else if (entry.objectPage() + i % geometry.unitPages() >= objects.modelOf(entry).pages) {
        expected = Outcome.BEYOND_OBJECT;
      } else {
        shown.add(
            new Unit(
                entry.object(),
                entry.objectPage() + i % geometry.unitPages(),
                0,
                0,
                entry.region(),
                0));
      }
    }
    Made<Lease> made = judge.hunger.make(() -> space.lease(geometry.page(at), pages, write));
    judge.judge("lease", expected, made.outcome());
    if (made.outcome() != Outcome.OK) {
      return;
    }
    Held held = new Held(made.get(), geometry.page(at), pages, write, shown);
    leases[slot] = held;
    for (int i = 0; i < pages; i++) {
      Unit entry = shown.get(i);
      ModelObject object = objects.modelOf(entry);
      byte[] page = object.writable(entry.objectPage());
      object.pins.merge(entry.objectPage(), 1, Integer::sum);
      MemorySegment segment = held.lease.segment(i, 1);
      if (!Arrays.equals(segment.toArray(ValueLayout.JAVA_BYTE), page)) {
        throw new AssertionError("the lease shows something else at page " + i);
      }
      if (write) {
        segment.set(ValueLayout.JAVA_LONG_UNALIGNED, 0, step.value() + i);
        ByteBuffer.wrap(page).order(ByteOrder.nativeOrder()).putLong(step.value() + i);
      }
    }
  }

  private void close(int slot) {
    Held held = leases[slot];
    if (held == null) {
      return;
    }
    held.lease.close();
    leases[slot] = null;
    for (Unit entry : held.shown) {
      objects.modelOf(entry).pins.merge(entry.objectPage(), -1, Integer::sum);
    }
    for (long page = held.firstPage; page < held.firstPage + held.pages; page++) {
      if (held.written) {
        dirty.add(page);
      }
    }
  }

  void closeAll() {
    for (int slot = 0; slot < LEASES; slot++) {
      close(slot);
    }
  }
}
