package dev.mapwright.proof.concurrency;

import static dev.mapwright.proof.concurrency.RaceWorld.ADDRESS;
import static dev.mapwright.proof.concurrency.RaceWorld.AT;
import static dev.mapwright.proof.concurrency.RaceWorld.map;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mapwright.core.Access;
import dev.mapwright.core.Made;
import dev.mapwright.core.MemoryFault;
import dev.mapwright.core.Pages;
import dev.mapwright.core.machine.Cpu;
import dev.mapwright.core.machine.FrameOwner;
import dev.mapwright.core.memory.MemoryObject;
import dev.mapwright.core.space.AddressSpace;
import dev.mapwright.core.space.Lease;
import dev.mapwright.sim.SimulatedMachine;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/**
 * A machine is closed while threads are in the middle of everything that one can do with it. Each
 * of them ends with an exception that says so, and nobody waits for ever.
 */
class CloseDuringTest {
  private static final int ROUNDS = 20;
  private static final int PAGES = 64;

  /** What a thread does again and again; faults are part of it. */
  @FunctionalInterface
  private interface Work {
    void once(int turn);
  }

  /** How the threads of all rounds ended, by their names. */
  private final Map<String, Integer> ends = new TreeMap<>();

  /** One machine, its threads, and its end. */
  private final class Round {
    final SimulatedMachine machine = SimulatedMachine.create(4L << 20);
    final Racers racers = new Racers();
    final Map<String, AtomicInteger> turns = new ConcurrentHashMap<>();

    void start(String name, Work work) {
      AtomicInteger turn = new AtomicInteger();
      turns.put(name, turn);
      racers.start(
          name,
          () -> {
            try {
              while (true) {
                try {
                  work.once(turn.getAndIncrement());
                } catch (MemoryFault nothingThere) {
                  assertThat(nothingThere.fault().reason()).isNotNull();
                }
              }
            } catch (IllegalStateException closed) {
              // Only an exception that says what is wrong; anything else is a failure.
              if (!String.valueOf(closed.getMessage()).contains("closed")) {
                throw closed;
              }
              synchronized (ends) {
                ends.merge(name, 1, Integer::sum);
              }
            }
          });
    }

    /** Closes when everybody has had some turns. */
    void closeAfter(int many) {
      racers.await(() -> turns.values().stream().allMatch(turn -> turn.get() >= many));
      racers.start("second closer", machine::close);
      machine.close();
      racers.join();
      racers.rethrow();
      assertThatThrownBy(() -> machine.frames().allocate(FrameOwner.POOL, 1))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("closed");
      machine.close();
    }
  }

  private void assertEveryoneEnded(String... names) {
    assertThat(ends.keySet()).containsExactlyInAnyOrder(names);
    assertThat(ends.values()).allMatch(count -> count == ROUNDS);
  }

  @Test
  void whoever_uses_the_memory_of_a_machine_that_is_closed_is_told_so() {
    for (int number = 0; number < ROUNDS; number++) {
      Round round = new Round();
      AddressSpace space = AddressSpace.create(round.machine, "space", 0x1000, 0xF_FFFF).get();
      MemoryObject object = MemoryObject.paged(round.machine, PAGES).get();
      map(space, object, 0, PAGES, AT).orThrow();
      Cpu storer = attached(round, space);
      round.start(
          "stores in a bracket",
          turn -> {
            storer.enter();
            try {
              for (int i = 0; i < 50; i++) {
                storer.store(ADDRESS + Pages.address(i % PAGES), 8, i);
              }
            } finally {
              storer.exit();
            }
          });
      Cpu faulting = attached(round, space);
      round.start(
          "faults",
          turn -> {
            object.decommit(turn % PAGES, 1);
            faulting.store(ADDRESS + Pages.address(turn % PAGES) + 4090, 8, turn);
            faulting.load(ADDRESS + Pages.address(PAGES), 8);
          });
      Cpu copier = attached(round, space);
      MemorySegment buffer = MemorySegment.ofArray(new byte[3 * Pages.BYTES]);
      round.start(
          "copies",
          turn -> {
            copier.copy(ADDRESS, ADDRESS + 5000, buffer.byteSize());
            copier.read(ADDRESS + 77, buffer, 0, buffer.byteSize());
            copier.write(ADDRESS + 999, buffer, 0, buffer.byteSize());
            copier.probe(ADDRESS, buffer.byteSize(), Access.WRITE);
            copier.compareAndSwap(ADDRESS, 8, turn, turn + 1);
          });
      round.start(
          "maps",
          turn -> {
            map(space, object, turn % PAGES, 1, AT + 2 * PAGES);
            attached(round, space).store(ADDRESS + Pages.address(2 * PAGES), 8, turn);
            space.root().unmap(AT + 2 * PAGES, 1);
          });
      round.start(
          "leases",
          turn -> {
            Made<Lease> made = space.lease(AT + 1, 1, true);
            Lease lease = made.made();
            if (lease != null) {
              try {
                lease.segment(0, 1).set(ValueLayout.JAVA_LONG, 8, turn);
              } finally {
                lease.close();
              }
            }
          });
      // A page that is committed; what is read of others is zeros, for which no memory is needed.
      MemoryObject other = MemoryObject.paged(round.machine, 1).get();
      other.commit(0, 1).orThrow();
      MemorySegment words = MemorySegment.ofArray(new long[2]);
      round.start(
          "reads and writes an object",
          turn -> {
            other.read(turn % 1000, words, 0, 16);
            other.write(turn % 1000, words, 0, 16);
          });
      round.closeAfter(1 + number % 4);
    }
    assertEveryoneEnded(
        "stores in a bracket", "faults", "copies", "maps", "leases", "reads and writes an object");
  }

  private static Cpu attached(Round round, AddressSpace space) {
    Cpu cpu = round.machine.newCpu();
    cpu.attach(space);
    return cpu;
  }

  @Test
  void a_machine_may_be_closed_while_its_memory_is_touched_for_the_first_time() {
    for (int number = 0; number < ROUNDS; number++) {
      Round round = new Round();
      for (String name : new String[] {"one", "other"}) {
        round.start(
            name,
            turn -> {
              AddressSpace space =
                  AddressSpace.create(round.machine, name, 0x1000, 0xF_FFFF).made();
              MemoryObject object = MemoryObject.paged(round.machine, 2).made();
              if (space != null && object != null) {
                map(space, object, 0, 2, AT);
                attached(round, space).store(ADDRESS, 8, turn);
                space.close();
                object.release();
              }
            });
      }
      round.closeAfter(number / 4);
    }
    assertEveryoneEnded("one", "other");
  }
}
