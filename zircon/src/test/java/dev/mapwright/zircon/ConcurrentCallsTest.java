package dev.mapwright.zircon;

import static dev.mapwright.zircon.abi.MxStatus.MX_ERR_BAD_HANDLE;
import static dev.mapwright.zircon.abi.MxStatus.MX_OK;
import static dev.mapwright.zircon.abi.MxVmFlags.MX_VM_FLAG_SPECIFIC;
import static dev.mapwright.zircon.abi.MxVmFlags.MX_VM_FLAG_SPECIFIC_OVERWRITE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mapwright.core.MemoryFault;
import dev.mapwright.core.check.Invariants;
import dev.mapwright.zircon.call.MxCalls;
import dev.mapwright.zircon.call.MxContext;
import dev.mapwright.zircon.call.MxRoutines;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Threads of one process make calls at the same time. */
class ConcurrentCallsTest extends MxTest {
  private static final int ROUNDS = 3_000;

  /** Runs each body on a thread of the process of its own; a failure of one is the test's. */
  @SafeVarargs
  private void together(Consumer<Program>... bodies) {
    zircon.observeAnswers(null); // which answers there are depends on the threads' luck
    List<Thread> threads = new ArrayList<>();
    AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    for (Consumer<Program> body : bodies) {
      Program thread = program.newThread();
      threads.add(
          new Thread(() -> {
            try (thread) {
              body.accept(thread);
            } catch (RuntimeException | AssertionError e) {
              failure.compareAndSet(null, e);
            }
          }));
    }
    threads.forEach(Thread::start);
    for (Thread thread : threads) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    assertThat(failure.get()).isNull();
    assertThat(Invariants.violations(machine)).isEmpty();
  }

  @Test
  void an_object_whose_handle_is_closed_while_it_is_used_is_used_or_BAD_HANDLE() {
    AtomicInteger shared = new AtomicInteger(vmo(PAGE));
    AtomicBoolean done = new AtomicBoolean();
    int region = region(1);
    together(
        closing -> {
          for (int i = 0; i < ROUNDS; i++) {
            assertThat(MxRoutines.vmoCreate(closing.context(), PAGE, 0)).isEqualTo(MX_OK);
            int old = shared.getAndSet(closing.context().handle());
            assertThat(MxCalls.mxHandleClose(closing.context(), old)).isEqualTo(MX_OK);
          }
          done.set(true);
        },
        using -> {
          MxContext t = using.context();
          int overwrite = READ_WRITE | MX_VM_FLAG_SPECIFIC_OVERWRITE;
          for (int i = 0; !done.get(); i++) {
            int vmo = shared.get();
            int status =
                switch (i % 4) {
                  case 0 -> MxRoutines.vmarMap(t, region, 0, vmo, 0, PAGE, overwrite);
                  case 1 -> MxCalls.mxVmoSetSize(t, vmo, 2 * PAGE);
                  case 2 -> MxCalls.mxVmoOpRange(t, vmo, 1, 0, PAGE, 0, 0);
                  default -> MxRoutines.vmoClone(t, vmo, 1, 0, PAGE);
                };
            assertThat(status).isIn(MX_OK, MX_ERR_BAD_HANDLE);
            if (i % 4 == 3 && status == MX_OK) {
              assertThat(MxCalls.mxHandleClose(t, t.handle())).isEqualTo(MX_OK);
            }
          }
        });
    zircon.close();
    assertThat(machine.census().leaks()).isEmpty();
  }

  @Test
  void random_calls_in_one_region_leave_it_consistent() {
    int region = region(16);
    int[] vmos = {vmo(8 * PAGE), vmo(8 * PAGE), vmo(8 * PAGE)};
    long base = base(region);
    Consumer<Program> body =
        thread -> {
          SplittableRandom random = new SplittableRandom(thread.cpu().number());
          MxContext t = thread.context();
          for (int i = 0; i < ROUNDS; i++) {
            long page = random.nextInt(16);
            long pages = 1L + random.nextInt((int) (16 - page));
            int vmo = vmos[random.nextInt(vmos.length)];
            long address = base + page * PAGE;
            int place = random.nextBoolean() ? MX_VM_FLAG_SPECIFIC : MX_VM_FLAG_SPECIFIC_OVERWRITE;
            switch (random.nextInt(6)) {
              case 0, 1 ->
                  MxRoutines.vmarMap(
                      t, region, page * PAGE, vmo, 0, pages * PAGE, READ_WRITE | place);
              case 2 -> MxCalls.mxVmarUnmap(t, region, address, pages * PAGE);
              case 3 -> MxCalls.mxVmarProtect(t, region, address, pages * PAGE, R);
              case 4 -> MxCalls.mxVmoSetSize(t, vmo, random.nextLong(9 * PAGE));
              default -> touch(thread, address);
            }
          }
        };
    together(body, body, body);
    zircon.close();
    assertThat(machine.census().leaks()).isEmpty();
  }

  private static void touch(Program thread, long address) {
    try {
      thread.cpu().store(address, 8, 1);
    } catch (MemoryFault fault) {
      // Another thread has unmapped, protected or shrunk it: as good an end as a store.
      assertThat(fault.fault().address()).isEqualTo(address);
    }
  }
}
