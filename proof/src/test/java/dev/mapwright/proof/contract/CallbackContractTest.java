package dev.mapwright.proof.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.mapwright.core.Access;
import dev.mapwright.core.CachePolicy;
import dev.mapwright.core.Pages;
import dev.mapwright.core.Permissions;
import dev.mapwright.core.check.Invariants;
import dev.mapwright.core.check.StateImage;
import dev.mapwright.core.machine.Cpu;
import dev.mapwright.core.machine.Frames.RunRequest;
import dev.mapwright.core.machine.Machine;
import dev.mapwright.core.memory.ChildKind;
import dev.mapwright.core.memory.MemoryObject;
import dev.mapwright.core.space.AddressSpace;
import dev.mapwright.core.space.Lease;
import dev.mapwright.core.space.MapRequest;
import dev.mapwright.core.space.Region;
import dev.mapwright.core.space.RegionRequest;
import dev.mapwright.core.space.SpaceSnapshot;
import dev.mapwright.proof.contract.Substrate.Hardware;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Somebody else's code, called while the engine holds locks and before anything has happened:
 * sources of pages, stores of pages, sources of frames, changes of tags. It may throw and it may
 * wait; it may not call back.
 */
@OnEverySubstrate
class CallbackContractTest extends CallbackStage {
  CallbackContractTest(Substrate substrate) {
    super(substrate);
  }

  private static <T> T onAnotherThread(java.util.function.Supplier<T> work) {
    try {
      return CompletableFuture.supplyAsync(
              work,
              task -> {
                Thread thread = new Thread(task, "another");
                thread.setDaemon(true);
                thread.start();
              })
          .get(60, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new AssertionError("another thread did not come to an end", e);
    }
  }

  /** Takes the lock of everything on the stage once. */
  private boolean nothingIsLocked() {
    root().unmap(0x5000, 1).orThrow();
    for (MemoryObject object : List.of(sourced, viewed, out, present)) {
      object.commit(0, 0).orThrow();
    }
    return true;
  }

  @ParameterizedTest
  @EnumSource
  void it_may_use_another_machine(Callback callback) {
    try (Machine another = substrate.machine(Hardware.of(256))) {
      AddressSpace elsewhere =
          AddressSpace.create(another, "elsewhere", FIRST_PAGE, LAST_PAGE).get();
      MemoryObject object = MemoryObject.paged(another, 1).get();
      request.clear().object(object, 0).pages(1).where().at(0x2000);
      elsewhere.root().map(request).orThrow();
      Cpu foreign = another.newCpu();
      foreign.attach(elsewhere);
      inside = () -> foreign.store(Pages.address(0x2000), 8, 1 + object.mappings());
      callback.play(this);
      assertThat(foreign.load(Pages.address(0x2000), 8)).isEqualTo(2);
    }
  }

  @ParameterizedTest
  @EnumSource
  void what_it_throws_reaches_the_caller_and_nothing_has_changed(Callback callback) {
    List<Throwable> theirs =
        List.of(new IllegalArgumentException("theirs"), new StackOverflowError("theirs"));
    StateImage before = StateImage.of(machine);
    for (Throwable problem : theirs) {
      inside = () -> raise(problem);
      assertThat(catchThrowable(() -> callback.play(this))).isSameAs(problem);
      assertThat(before.differences(StateImage.of(machine))).isEmpty();
      assertThat(Invariants.violations(machine)).isEmpty();
    }
    assertThat(called).isEqualTo(theirs.size());
    if (substrate.concurrent) {
      assertThat(onAnotherThread(this::nothingIsLocked)).isTrue();
    }
    inside = () -> {};
    callback.play(this);
    assertThat(called).isGreaterThan(theirs.size());
  }

  @ParameterizedTest
  @EnumSource
  void what_it_throws_when_asked_again_gives_back_what_was_made_until_then(Callback callback) {
    called = 0;
    inside =
        () -> {
          if (called == 2) {
            throw new IllegalArgumentException("theirs");
          }
        };
    StateImage before = StateImage.of(machine);
    Throwable problem = catchThrowable(() -> callback.play(this));
    inside = () -> {};
    if (called < 2) {
      assertThat(problem).as("it was asked once").isNull();
      return;
    }
    assertThat(problem).hasMessage("theirs");
    assertThat(before.differences(StateImage.of(machine))).isEmpty();
  }

  /** Throws anything, as code in other languages may. */
  @SuppressWarnings("unchecked")
  private static <T extends Throwable> void raise(Throwable problem) throws T {
    throw (T) problem;
  }

  @ParameterizedTest
  @EnumSource
  void it_may_wait_for_a_thread_that_works_with_others(Callback callback) {
    assumeTrue(substrate.concurrent);
    AddressSpace other = AddressSpace.create(machine, "other", 1, 0xFFFF).get();
    MemoryObject stranger = object(8);
    Cpu otherCpu = machine.newCpu();
    otherCpu.attach(other);
    List<Long> seen = new ArrayList<>();
    inside =
        () ->
            seen.add(
                onAnotherThread(() -> {
                  MapRequest wanted = new MapRequest().object(stranger, 0).pages(4);
                  wanted.where().at(0x10);
                  other.root().map(wanted).orThrow();
                  otherCpu.store(0x10_000, 8, seen.size() + 5);
                  long loaded = otherCpu.load(0x10_000, 8);
                  other.root().unmap(0x10, 4).orThrow();
                  stranger.decommit(0, 8).orThrow();
                  return loaded;
                }));
    callback.play(this);
    inside = () -> {};
    assertThat(seen).hasSize(called).startsWith(5L);
    otherCpu.attach(null);
    other.close();
  }

  /** Calls of the engine that a callback must not make: it would need a lock of a space. */
  private Map<String, Runnable> callsOfSpaces(AddressSpace victim, Lease lease, SpaceSnapshot old) {
    Region all = victim.root();
    long first = victim.firstPage();
    MapRequest wanted = new MapRequest().object(present, 0).pages(1);
    RegionRequest region = new RegionRequest().pages(1);
    Map<String, Runnable> calls = new LinkedHashMap<>();
    calls.put("map", () -> all.map(wanted));
    calls.put("unmap", () -> all.unmap(first, 0x1000));
    calls.put("unmapTagged", () -> all.unmapTagged(first, 0x1000, 0));
    calls.put("protect", () -> all.protect(SOURCED, 1, Permissions.READ));
    calls.put("retag", () -> all.retag(first, 0x1000, tag -> tag + 1));
    calls.put("move", () -> all.move(SOURCED, 1, 0x5000));
    calls.put("allocate", () -> all.allocate(region));
    calls.put("reserve", () -> all.reserve(region, 1));
    calls.put("destroy", all::destroy);
    calls.put("free", () -> all.free(first, 1));
    calls.put("mappedPages", () -> all.mappedPages(first));
    calls.put("forEachChild", () -> all.forEachChild(new NoVisitor()));
    calls.put("forEachMapping", () -> victim.forEachMapping(mapping -> {}));
    calls.put("mappings", victim::mappings);
    calls.put("resolve", () -> victim.resolve(Pages.address(SOURCED + 5), Access.READ));
    calls.put("translate", () -> victim.translate(Pages.address(SOURCED), Access.READ));
    calls.put("collectDirty", () -> victim.collectDirty(first, 1, true, (page, pages) -> {}));
    calls.put("lease", () -> victim.lease(SOURCED, 1, true));
    calls.put("snapshot", victim::snapshot);
    calls.put("dump", victim::dump);
    calls.put("trackDirty", () -> victim.trackDirty(true));
    calls.put("close", victim::close);
    calls.put("a lease's close", lease::close);
    calls.put("a snapshot's restore", old::restore);
    calls.put("a snapshot's close", old::close);
    calls.put("a new space", () -> AddressSpace.create(machine, "new", 1, 100));
    return calls;
  }

  /** The same for locks of objects, own relatives or strangers. */
  private Map<String, Runnable> callsOf(MemoryObject victim) {
    MemorySegment eight = MemorySegment.ofArray(new byte[8]);
    Map<String, Runnable> calls = new LinkedHashMap<>();
    calls.put("commit", () -> victim.commit(0, 1));
    calls.put("decommit", () -> victim.decommit(0, 1));
    calls.put("resize", () -> victim.resize(1));
    calls.put("read", () -> victim.read(0, eight, 0, 8));
    calls.put("write", () -> victim.write(0, eight, 0, 8));
    calls.put("pin", () -> victim.pin(0, 1));
    calls.put("putOut", () -> victim.putOut(0, 1, store));
    calls.put("frameOf", () -> victim.frameOf(0));
    calls.put("forEachFrame", () -> victim.forEachFrame((page, pfn) -> {}));
    calls.put("live view", () -> victim.child(ChildKind.LIVE_VIEW, 0, 1));
    calls.put("snapshot", () -> victim.child(ChildKind.SNAPSHOT, 0, 1));
    calls.put("revertTo", () -> victim.revertTo(victim));
    calls.put("setCachePolicy", () -> victim.setCachePolicy(CachePolicy.UNCACHED));
    calls.put("a paged object", () -> MemoryObject.paged(machine, 1));
    calls.put("a run", () -> MemoryObject.contiguous(machine, RunRequest.of(1, 0)));
    calls.put("a physical object", () -> MemoryObject.physical(machine, 1, 1, CachePolicy.CACHED));
    return calls;
  }

  private static final class NoVisitor implements Region.ChildVisitor {
    @Override
    public void region(Region child) {}

    @Override
    public void mapping(dev.mapwright.core.space.MappingInfo mapping) {}
  }

  @ParameterizedTest
  @EnumSource
  void it_must_not_call_back_and_every_such_call_is_refused_without_a_change(Callback callback) {
    AddressSpace other = AddressSpace.create(machine, "other", FIRST_PAGE, LAST_PAGE).get();
    MemoryObject stranger = object(4);
    MapRequest wanted = new MapRequest().object(stranger, 0).pages(4);
    wanted.where().at(SOURCED);
    other.root().map(wanted).orThrow();
    SpaceSnapshot old = other.snapshot().get();
    Lease lease = other.lease(SOURCED, 1, true).get();
    Map<String, Runnable> calls = new LinkedHashMap<>();
    callsOfSpaces(space, lease, old).forEach((name, call) -> calls.put("own: " + name, call));
    callsOfSpaces(other, lease, old).forEach((name, call) -> calls.put("other: " + name, call));
    if (!callback.mayAskObjects()) {
      for (MemoryObject object : List.of(sourced, viewed, out, present, stranger)) {
        callsOf(object).forEach((name, call) -> calls.put(object + ": " + name, call));
      }
    }
    // Under a space's lock only that space refuses; with another one the documentation forbids it.
    calls
        .keySet()
        .removeIf(name ->
            callback.mayAskObjects()
                && (name.startsWith("other")
                    || name.endsWith("a lease's close")
                    || name.contains("a snapshot's")
                    || name.endsWith("a new space")));
    List<String> allowed = new ArrayList<>();
    inside =
        () -> {
          calls.forEach((name, call) -> {
            Throwable refusal = catchThrowable(call::run);
            if (!(refusal instanceof IllegalStateException)) {
              allowed.add(name + ": " + refusal);
            }
          });
          throw new IllegalArgumentException("seen");
        };
    StateImage before = StateImage.of(machine);
    assertThatThrownBy(() -> callback.play(this)).hasMessage("seen");
    assertThat(allowed).isEmpty();
    assertThat(before.differences(StateImage.of(machine))).isEmpty();
    inside = () -> {};
    lease.close();
    old.close();
    other.close();
    callback.play(this);
  }

  @Test
  void it_must_not_release_the_last_reference_of_anything() {
    MemoryObject stranger = object(2);
    stranger.commit(0, 2).orThrow();
    StateImage before = StateImage.of(machine);
    inside =
        () -> {
          assertThatThrownBy(stranger::release).isInstanceOf(IllegalStateException.class);
          throw new IllegalArgumentException("seen");
        };
    assertThatThrownBy(() -> Callback.SOURCE_FOR_A_READ.play(this)).hasMessage("seen");
    inside = () -> {};
    assertThat(stranger.references()).isEqualTo(1);
    assertThat(before.differences(StateImage.of(machine))).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void its_own_processor_is_refused_what_would_fault_and_works_afterwards(Callback callback) {
    List<Throwable> refusals = new ArrayList<>();
    inside =
        () -> {
          for (long page : new long[] {SOURCED + 5, OUT + 3, PRESENT, 0x6000}) {
            refusals.add(catchThrowable(() -> cpu.load(Pages.address(page), 8)));
          }
        };
    callback.play(this);
    assertThat(refusals).isNotEmpty().allMatch(IllegalStateException.class::isInstance);
    inside = () -> {};
    assertThat(load(Pages.address(SOURCED + 5))).isEqualTo(95);
    assertThat(load(Pages.address(OUT + 3))).isEqualTo(73);
    assertThat(load(Pages.address(PRESENT + 3))).isEqualTo(83);
  }
}
