package dev.mapwright.core.engine;

import dev.mapwright.core.Access;
import dev.mapwright.core.Fault;
import dev.mapwright.core.Made;
import dev.mapwright.core.Outcome;
import dev.mapwright.core.Pages;
import dev.mapwright.core.Permissions;
import dev.mapwright.core.event.Event;
import dev.mapwright.core.event.EventKind;
import dev.mapwright.core.failure.AllocationPoint;
import dev.mapwright.core.lock.EngineLock;
import dev.mapwright.core.machine.FrameUser;
import dev.mapwright.core.machine.Machine;
import dev.mapwright.core.machine.Translation;
import dev.mapwright.core.space.AddressSpace;
import dev.mapwright.core.space.FoundMapping;
import dev.mapwright.core.space.Lease;
import dev.mapwright.core.space.MappingInfo;
import dev.mapwright.core.space.Region;
import dev.mapwright.core.space.SpaceSnapshot;
import dev.mapwright.core.space.Translated;
import dev.mapwright.core.state.DirtyPages;
import dev.mapwright.core.state.HeldFrames;
import dev.mapwright.core.state.RegionState;
import dev.mapwright.core.state.Runs;
import dev.mapwright.core.state.SpaceState;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The address space behind the face: takes the lock for the range, and leaves the work to the
 * floors.
 */
public final class EngineSpace implements AddressSpace, FrameUser {
  private final SpaceState state;
  private final Floors floors;
  private final EngineRegion root;

  private EngineSpace(SpaceState state) {
    this.state = state;
    this.floors = new Floors(state);
    this.root =
        new EngineRegion(
            this,
            floors,
            null,
            state.regions().nextNumber(),
            state.firstPage(),
            state.lastPage(),
            Permissions.ALL,
            0);
  }

  /** Behind {@link AddressSpace#create}. */
  public static Made<AddressSpace> make(
      Machine machine, String name, long firstPage, long lastPage) {
    machine.events().callbacks().refuseCalls(EngineLock.Rank.SPACE.ordinal());
    if (!existing(firstPage, lastPage)) {
      return Made.refused(Outcome.INVALID);
    }
    if (machine.failures().refuses(AllocationPoint.OBJECT)) {
      return Made.refused(Outcome.OUT_OF_RECORDS);
    }
    Translation translation = machine.newTranslation(firstPage, lastPage);
    if (translation == null) {
      return Made.refused(Outcome.OUT_OF_FRAMES);
    }
    EngineSpace space = over(machine, name, firstPage, lastPage, translation);
    if (space == null) {
      translation.close();
      return Made.refused(Outcome.OUT_OF_RECORDS);
    }
    return machine.events().callbacks().handOver(Made.of(space), AddressSpace::close);
  }

  /** Behind the {@link AddressSpace#create} that is given a translation. */
  public static Made<AddressSpace> make(
      Machine machine, String name, long firstPage, long lastPage, Translation translation) {
    machine.events().callbacks().refuseCalls(EngineLock.Rank.SPACE.ordinal());
    if (!existing(firstPage, lastPage)) {
      return Made.refused(Outcome.INVALID);
    }
    if (firstPage < translation.firstPage() || lastPage > translation.lastPage()) {
      return Made.refused(Outcome.OUTSIDE);
    }
    if (inUse(machine, translation)) {
      return Made.refused(Outcome.IN_USE);
    }
    if (machine.failures().refuses(AllocationPoint.OBJECT)) {
      return Made.refused(Outcome.OUT_OF_RECORDS);
    }
    EngineSpace space = over(machine, name, firstPage, lastPage, translation);
    if (space == null) {
      return Made.refused(Outcome.OUT_OF_RECORDS);
    }
    // A space that nobody gets to know leaves the translation to whoever has provided it.
    machine.events().callbacks().handOver(Made.of(space), made -> made.end(false));
    return Made.of(space);
  }

  private static boolean existing(long firstPage, long lastPage) {
    return firstPage >= 0 && firstPage <= lastPage && lastPage <= Pages.LAST_PAGE;
  }

  @SuppressWarnings("ReferenceEquality") // of translations
  private static boolean inUse(Machine machine, Translation translation) {
    for (AddressSpace space : machine.census().living(AddressSpace.class)) {
      if (space.translation() == translation) {
        return true;
      }
    }
    boolean[] any = new boolean[1];
    translation.forEachLeaf(0, Pages.LAST_PAGE, (page, pages, entry) -> any[0] = true);
    return any[0];
  }

  /** A space that is counted and announced; null when there is no memory for it. */
  private static @Nullable EngineSpace over(
      Machine machine, String name, long firstPage, long lastPage, Translation translation) {
    SpaceState state = new SpaceState(machine, name, firstPage, lastPage, translation);
    if (!state.regions().ensure(1)) {
      return null;
    }
    EngineSpace space = new EngineSpace(state);
    state.regions().enter(space.root);
    machine.census().enter(space);
    state.events().record(EventKind.SPACE_CREATED, firstPage, lastPage - firstPage + 1, 0, 0);
    return space;
  }

  private EngineLock lockAll() {
    return floors.lock(state.firstPage(), state.lastPage());
  }

  /** The lock for a range that a caller names, which may be anything. */
  private EngineLock lock(long first, long last) {
    return floors.lock(Math.min(first, last), Math.max(first, last));
  }

  @Override
  public Region root() {
    return root;
  }

  @Override
  public String name() {
    return state.name();
  }

  @Override
  public Machine machine() {
    return state.machine();
  }

  @Override
  public long firstPage() {
    return state.firstPage();
  }

  @Override
  public long lastPage() {
    return state.lastPage();
  }

  @Override
  public Translation translation() {
    return state.tables().translation();
  }

  @Override
  public @Nullable Fault resolve(long address, Access access) {
    EngineLock lock = lock(Pages.of(address), Pages.of(address));
    try {
      return floors.faults.resolve(address, access);
    } finally {
      lock.leave();
    }
  }

  @Override
  public Translated translate(long address, Access access) {
    EngineLock lock = lock(Pages.of(address), Pages.of(address));
    try {
      return floors.faults.translate(address, access);
    } finally {
      lock.leave();
    }
  }

  @Override
  public @Nullable MappingInfo mappingOf(long page) {
    EngineLock lock = lock(page, page);
    try {
      return floors.lookup.at(page);
    } finally {
      lock.leave();
    }
  }

  @Override
  public @Nullable MappingInfo firstMapping(long first, long last) {
    EngineLock lock = lock(first, last);
    try {
      return first > last || last < 0 ? null : floors.lookup.first(Math.max(0, first), last);
    } finally {
      lock.leave();
    }
  }

  @Override
  public boolean firstMapping(long first, long last, FoundMapping into) {
    EngineLock lock = lock(first, last);
    try {
      into.clear();
      return first <= last && last >= 0 && floors.lookup.first(Math.max(0, first), last, into);
    } finally {
      lock.leave();
    }
  }

  @Override
  public boolean mappingFrom(long page, FoundMapping into) {
    EngineLock lock = lock(page, page);
    try {
      into.clear();
      return state.contains(page, 1) && floors.lookup.from(page, into);
    } finally {
      lock.leave();
    }
  }

  @Override
  public void forEachMapping(MappingVisitor visitor) {
    long page = state.firstPage();
    while (page <= state.lastPage()) {
      MappingInfo mapping = firstMapping(page, state.lastPage());
      if (mapping == null) {
        return;
      }
      visitor.mapping(mapping);
      page = mapping.lastPage() + 1;
    }
  }

  @Override
  public int mappings() {
    EngineLock lock = lockAll();
    try {
      return floors.lookup.count();
    } finally {
      lock.leave();
    }
  }

  @Override
  public long recordBytes() {
    EngineLock lock = lockAll();
    try {
      return state.bytes();
    } finally {
      lock.leave();
    }
  }

  @Override
  public void trackDirty(boolean on) {
    EngineLock lock = lockAll();
    try {
      state.tables().dirty().track(on);
    } finally {
      lock.leave();
    }
  }

  @Override
  public Outcome collectDirty(
      long first, long pages, boolean clear, Translation.RunVisitor visitor) {
    DirtyPages dirty = state.tables().dirty();
    Runs runs;
    EngineLock lock = lockAll();
    try {
      if (!dirty.tracking() || pages <= 0) {
        return Outcome.INVALID;
      }
      if (!state.contains(first, pages)) {
        return Outcome.OUTSIDE;
      }
      if (state.closed()) {
        return Outcome.DEAD;
      }
      gatherDirty(first, first + pages - 1, clear);
      runs = dirty.take(first, first + pages - 1, clear);
    } finally {
      lock.leave();
    }
    if (runs == null) {
      return Outcome.OUT_OF_RECORDS;
    }
    boolean told = false;
    try {
      runs.forEach(visitor);
      told = true;
    } finally {
      if (!told && clear) {
        markAgain(runs);
      }
    }
    return Outcome.OK;
  }

  /** What reservations have mapped is gathered while they change nothing. */
  private void gatherDirty(long first, long last, boolean clear) {
    long page = first;
    while (page <= last) {
      RegionState region = state.reservedFrom(page);
      RegionState.Reserved reserved = region == null ? null : region.reserved();
      if (region == null || reserved == null || region.firstPage() > last) {
        state.tables().dirty().gather(translation(), page, last, clear);
        return;
      }
      if (region.firstPage() > page) {
        state.tables().dirty().gather(translation(), page, region.firstPage() - 1, clear);
      }
      long from = Math.max(page, region.firstPage());
      long to = Math.min(last, region.lastPage());
      reserved.undisturbed(() -> state.tables().dirty().gather(translation(), from, to, clear));
      page = to + 1;
    }
  }

  /** As if nobody had asked; what was unmapped meanwhile has nothing to tell any more. */
  private void markAgain(Runs runs) {
    EngineLock lock = lockAll();
    try {
      runs.forEach((first, pages) -> {
        long last = first + pages - 1;
        for (MappingInfo mapping = floors.lookup.first(first, last);
            mapping != null;
            mapping =
                mapping.lastPage() >= last
                    ? null
                    : floors.lookup.first(mapping.lastPage() + 1, last)) {
          long from = Math.max(first, mapping.firstPage());
          long end = Math.min(last, mapping.lastPage());
          state.tables().dirty().mark(from, end - from + 1);
        }
      });
    } finally {
      lock.leave();
    }
  }

  @Override
  public Made<Lease> lease(long first, long pages, boolean write) {
    Made<Lease> made;
    EngineLock lock = lockAll();
    try {
      made = EngineLease.open(state, first, pages, write);
    } finally {
      lock.unlock();
    }
    return lock.callbacks().handOver(made, Lease::close);
  }

  @Override
  public Made<SpaceSnapshot> snapshot() {
    Made<SpaceSnapshot> made;
    EngineLock lock = lockAll();
    lock.callbacks().passOnLater();
    try {
      made = EngineSnapshot.take(state, floors.regions, root);
    } finally {
      lock.callbacks().passOnAgain();
      lock.unlock();
    }
    return lock.callbacks().handOver(made, SpaceSnapshot::close);
  }

  @Override
  public int openLeases() {
    EngineLock lock = lockAll();
    try {
      return state.leases().size();
    } finally {
      lock.leave();
    }
  }

  @Override
  public List<Event> events() {
    EngineLock lock = lockAll();
    try {
      return state.events().events();
    } finally {
      lock.leave();
    }
  }

  @Override
  public void close() {
    end(true);
  }

  private void end(boolean withTables) {
    EngineLock lock = lockAll();
    try {
      if (state.closed()) {
        return;
      }
      if (root.live()) {
        floors.regions.destroyWhole(root);
      }
      state.close();
      if (withTables) {
        translation().close();
      }
      machine().census().leave(this);
      state
          .events()
          .record(
              EventKind.SPACE_CLOSED,
              state.firstPage(),
              state.lastPage() - state.firstPage() + 1,
              0,
              0);
    } finally {
      lock.leave();
    }
  }

  @Override
  public String dump() {
    return new SpaceDump(this).text();
  }

  @Override
  public boolean forEachHeld(HeldVisitor visitor) {
    Runs held;
    EngineLock lock = lockAll();
    try {
      held = HeldFrames.of(state);
    } finally {
      lock.leave();
    }
    if (held != null) {
      held.forEach(visitor::held);
    }
    return held != null;
  }

  @Override
  public long tables() {
    return translation().tables();
  }

  /** Checks the space against its own records. */
  public void check(Consumer<String> complain) {
    EngineLock lock = lockAll();
    try {
      new SpaceCheck(state, root, complain).run();
    } finally {
      lock.leave();
    }
  }

  @Override
  public String describe() {
    return name() + " with " + mappings() + " mappings";
  }

  @Override
  public String toString() {
    return name();
  }
}
