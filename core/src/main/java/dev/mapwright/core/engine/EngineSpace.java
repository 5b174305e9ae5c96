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
import dev.mapwright.core.machine.AccessHook;
import dev.mapwright.core.machine.FrameUser;
import dev.mapwright.core.machine.Hook;
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
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The address space behind the face: enters the part that has the range, or all of them, and leaves
 * the work to the floors.
 */
public final class EngineSpace implements AddressSpace, FrameUser {
  private final SpaceState state;
  private final Parts parts;
  private final EngineRegion root;

  private EngineSpace(SpaceState state) {
    this.state = state;
    this.parts = new Parts(state);
    this.root =
        new EngineRegion(
            this,
            parts,
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
    Floors floors = parts.enter(Pages.of(address));
    try {
      return floors.faults.resolve(address, access);
    } finally {
      Parts.leave(floors);
    }
  }

  @Override
  public Translated translate(long address, Access access) {
    Floors floors = parts.enter(Pages.of(address));
    try {
      return floors.faults.translate(address, access);
    } finally {
      Parts.leave(floors);
    }
  }

  @Override
  public @Nullable MappingInfo mappingOf(long page) {
    FoundMapping found = new FoundMapping();
    if (page >= 0 && parts.glance(page, found)) {
      return found.info();
    }
    Floors floors = parts.enter(page);
    try {
      return floors.lookup.at(page);
    } finally {
      Parts.leave(floors);
    }
  }

  @Override
  public @Nullable MappingInfo firstMapping(long first, long last) {
    if (first > last || last < 0) {
      return null;
    }
    long from = Math.max(0, first);
    Floors one = parts.enterOne(from, last);
    if (one != null) {
      try {
        return one.lookup.first(from, last);
      } finally {
        Parts.leave(one);
      }
    }
    parts.enterAll();
    try {
      return firstOfAll(from, last);
    } finally {
      parts.leaveAll();
    }
  }

  /** The first mapping of a range; all parts are locked. */
  private @Nullable MappingInfo firstOfAll(long first, long last) {
    Floors nearest = parts.first(first, last);
    return nearest == null ? null : nearest.lookup.first(first, last);
  }

  @Override
  public boolean firstMapping(long first, long last, FoundMapping into) {
    if (first > last || last < 0) {
      into.clear();
      return false;
    }
    long from = Math.max(0, first);
    // What covers the first page has the lowest pages of all.
    if (parts.glance(from, into)) {
      return true;
    }
    into.clear();
    Floors one = parts.enterOne(from, last);
    if (one != null) {
      try {
        return one.lookup.first(from, last, into);
      } finally {
        Parts.leave(one);
      }
    }
    parts.enterAll();
    try {
      Floors nearest = parts.first(from, last);
      return nearest != null && nearest.lookup.first(from, last, into);
    } finally {
      parts.leaveAll();
    }
  }

  @Override
  public boolean mappingFrom(long page, FoundMapping into) {
    if (page >= 0 && parts.glance(page, into)) {
      if (into.firstPage() == page) {
        return true;
      }
      into.clear();
      return false;
    }
    Floors floors = parts.enter(page);
    try {
      into.clear();
      return state.contains(page, 1) && floors.lookup.from(page, into);
    } finally {
      Parts.leave(floors);
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
    parts.enterAll();
    try {
      long[] count = {parts.rest().lookup.count()};
      parts.forEach(floors -> count[0] += floors == parts.rest() ? 0 : floors.state.table().live());
      return (int) Math.min(Integer.MAX_VALUE, count[0]);
    } finally {
      parts.leaveAll();
    }
  }

  @Override
  public long recordBytes() {
    parts.enterAll();
    try {
      long[] bytes = {state.regionBytes()};
      parts.forEach(floors -> bytes[0] += floors.state.bytes());
      return bytes[0];
    } finally {
      parts.leaveAll();
    }
  }

  @Override
  public void trackDirty(boolean on) {
    parts.enterAll();
    try {
      state.tables().dirty().track(on);
    } finally {
      parts.leaveAll();
    }
  }

  @Override
  public Outcome collectDirty(
      long first, long pages, boolean clear, Translation.RunVisitor visitor) {
    DirtyPages dirty = state.tables().dirty();
    Runs runs;
    parts.enterAll();
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
      parts.leaveAll();
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
    parts.enterAll();
    try {
      runs.forEach((first, pages) -> {
        long last = first + pages - 1;
        for (MappingInfo mapping = firstOfAll(first, last);
            mapping != null;
            mapping =
                mapping.lastPage() >= last ? null : firstOfAll(mapping.lastPage() + 1, last)) {
          long from = Math.max(first, mapping.firstPage());
          long end = Math.min(last, mapping.lastPage());
          state.tables().dirty().mark(from, end - from + 1);
        }
      });
    } finally {
      parts.leaveAll();
    }
  }

  @Override
  public Made<Lease> lease(long first, long pages, boolean write) {
    Made<Lease> made;
    parts.enterAll();
    try {
      boolean gathered =
          !state.contains(first, pages) || parts.partition().gatherInRest(first, first + pages - 1);
      made =
          gathered
              ? EngineLease.open(parts, first, pages, write)
              : Made.refused(Outcome.OUT_OF_RECORDS);
    } finally {
      parts.unlockAll();
    }
    return parts.handOver(made, Lease::close);
  }

  @Override
  public Made<SpaceSnapshot> snapshot() {
    ShownDevices devices = new ShownDevices(machine().devices());
    Made<SpaceSnapshot> made = snapshot(devices);
    while (made == null) {
      devices.ask();
      made = snapshot(devices);
    }
    return made;
  }

  /** Null when there are devices that have to be asked first. */
  private @Nullable Made<SpaceSnapshot> snapshot(ShownDevices devices) {
    Made<SpaceSnapshot> made;
    parts.enterAll();
    parts.callbacks().passOnLater();
    try {
      made =
          parts.partition().gatherInRest(firstPage(), lastPage())
              ? EngineSnapshot.take(parts, root, devices)
              : Made.refused(Outcome.OUT_OF_RECORDS);
    } finally {
      parts.callbacks().passOnAgain();
      parts.unlockAll();
    }
    if (made == null) {
      parts.callbacks().passOn();
      return null;
    }
    return parts.handOver(made, SpaceSnapshot::close);
  }

  @Override
  public Made<Hook> hook(long first, long last, Set<Access> kinds, AccessHook hook) {
    Set<Access> all = Set.copyOf(kinds);
    Objects.requireNonNull(hook);
    parts.enterAll();
    try {
      if (all.isEmpty() || Long.compareUnsigned(first, last) > 0) {
        return Made.refused(Outcome.INVALID);
      }
      if (Pages.of(first) < firstPage() || Pages.of(last) > lastPage()) {
        return Made.refused(Outcome.OUTSIDE);
      }
      if (state.closed()) {
        return Made.refused(Outcome.DEAD);
      }
      if (machine().failures().refuses(AllocationPoint.OBJECT)) {
        return Made.refused(Outcome.OUT_OF_RECORDS);
      }
      Hook made = translation().hook(first, last, all, hook);
      return made == null ? Made.refused(Outcome.UNSUPPORTED) : Made.of(made);
    } finally {
      parts.leaveAll();
    }
  }

  @Override
  public int openLeases() {
    parts.enterAll();
    try {
      return state.leases().size();
    } finally {
      parts.leaveAll();
    }
  }

  @Override
  public List<Event> events() {
    parts.enterAll();
    try {
      return parts.events();
    } finally {
      parts.leaveAll();
    }
  }

  @Override
  public void close() {
    end(true);
  }

  private void end(boolean withTables) {
    parts.enterAll();
    try {
      if (state.closed()) {
        return;
      }
      if (root.live()) {
        parts.rest().regions.destroyWhole(root);
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
      parts.leaveAll();
    }
  }

  @Override
  public String dump() {
    return new SpaceDump(this).text();
  }

  @Override
  public boolean forEachHeld(HeldVisitor visitor) {
    Runs held;
    parts.enterAll();
    try {
      held = parts.partition().gatherInRest(firstPage(), lastPage()) ? HeldFrames.of(state) : null;
    } finally {
      parts.leaveAll();
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

  /**
   * Gives a range a part of its own, apart from another range, as when two threads have met there;
   * for tests. Who looks at the space sees no difference.
   *
   * @return false when that can't be
   */
  public boolean divide(long first, long last, long otherFirst, long otherLast) {
    parts.enterAll();
    try {
      return parts.partition().divide(first, last, otherFirst, otherLast);
    } finally {
      parts.leaveAll();
    }
  }

  /** {@return how many parts there are; for tests} */
  public int parts() {
    return parts.count();
  }

  /** Checks the space against its own records. */
  public void check(Consumer<String> complain) {
    parts.enterAll();
    try {
      if (parts.partition().gatherInRest(firstPage(), lastPage())) {
        new SpaceCheck(state, root, complain).run();
      } else {
        complain.accept(name() + ": there is no memory to check it");
      }
    } finally {
      parts.leaveAll();
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
