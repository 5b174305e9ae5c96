package dev.mapwright.windows;

import static dev.mapwright.windows.iommu.device.StateChangeCalls.registerInterfaceStateChangeCallback;
import static dev.mapwright.windows.iommu.device.StateChangeCalls.unregisterInterfaceStateChangeCallback;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mapwright.windows.abi.iommu.InterfaceStateChangeLayout;
import dev.mapwright.windows.context.Function;
import dev.mapwright.windows.context.NtContext;
import dev.mapwright.windows.harness.DmaDevices;
import dev.mapwright.windows.harness.DmaProtection;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who has registered for changes is told of them. */
@Timeout(60)
class IommuStateChangeTest extends IommuTest {
  private static final long CONTEXT = 0x1234;

  private final List<Long> masks = new ArrayList<>();
  private final long device = device();

  private long register(Function function) {
    long routine = kernel.functions().register(function);
    c.store(low, 4, InterfaceStateChangeLayout.AVAILABLE_DOMAIN_TYPES_FIELD);
    ok(registerInterfaceStateChangeCallback(c, routine, CONTEXT, device, low));
    return routine;
  }

  private long note(NtContext x, long change, long context) {
    assertThat(context).isEqualTo(CONTEXT);
    assertThat(x.load(change + InterfaceStateChangeLayout.PRESENT_FIELDS, 4)).isEqualTo(1);
    masks.add(x.load(change + InterfaceStateChangeLayout.AVAILABLE_DOMAIN_TYPES, 4));
    return 0;
  }

  @Test
  void the_routine_is_called_before_registering_returns_and_at_each_change_until_it_is_taken_out() {
    long routine = register(this::note);
    assertThat(masks).containsExactly(0b111L);
    DmaProtection.setDmaGuard(c, true);
    DmaProtection.setDmaGuard(c, true);
    DmaProtection.setRemapping(c, false);
    DmaProtection.setDmaGuard(c, false);
    assertThat(masks).containsExactly(0b111L, 0b101L, 0L, 0b010L);
    ok(unregisterInterfaceStateChangeCallback(c, routine, device));
    DmaProtection.setRemapping(c, true);
    assertThat(masks).hasSize(4);
  }

  @Test
  void of_a_device_that_was_taken_out_nothing_changes_any_more() {
    register(this::note);
    DmaDevices.unplug(kernel, pdo);
    DmaProtection.setDmaGuard(c, true);
    assertThat(masks).containsExactly(0b111L);
  }

  @Test
  void a_routine_may_take_itself_out() {
    long[] routine = new long[1];
    AtomicInteger calls = new AtomicInteger();
    routine[0] =
        register((x, change, context) -> {
          if (calls.incrementAndGet() == 2) {
            ok(unregisterInterfaceStateChangeCallback(x, routine[0], device));
          }
          return 0;
        });
    DmaProtection.setDmaGuard(c, true);
    DmaProtection.setDmaGuard(c, false);
    assertThat(calls).hasValue(2);
  }

  @Test
  void a_routine_may_change_the_policy_and_is_told_in_between() {
    register((x, change, context) -> {
      note(x, change, context);
      DmaProtection.setDmaGuard(x, true);
      return 0;
    });
    assertThat(masks).containsExactly(0b111L, 0b101L);
  }

  @Test
  void a_routine_that_throws_at_registering_is_not_registered() {
    long routine =
        kernel
            .functions()
            .register((x, change, context) -> {
              throw new IllegalStateException("thrown");
            });
    c.store(low, 4, 1);
    assertThatThrownBy(() -> registerInterfaceStateChangeCallback(c, routine, 0, device, low))
        .hasMessage("thrown");
    register(this::note);
    assertThat(masks).hasSize(1);
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException interrupted) {
      throw new IllegalStateException(interrupted);
    }
  }

  @Test
  void taking_a_routine_out_waits_until_it_has_ended_elsewhere() throws InterruptedException {
    CountDownLatch inside = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    AtomicInteger ended = new AtomicInteger();
    AtomicInteger calls = new AtomicInteger();
    long routine =
        register((x, change, context) -> {
          if (calls.incrementAndGet() > 1) {
            inside.countDown();
            awaitQuietly(goOn);
            ended.incrementAndGet();
          }
          return 0;
        });
    NtContext other = kernel.newContext(driver);
    Thread changer = new Thread(() -> DmaProtection.setDmaGuard(other, true));
    changer.start();
    inside.await();
    Thread taker =
        new Thread(() -> {
          unregisterInterfaceStateChangeCallback(c, routine, device);
          ended.addAndGet(ended.get() == 1 ? 10 : 100);
        });
    taker.start();
    taker.join(50);
    assertThat(ended).hasValue(0);
    goOn.countDown();
    changer.join();
    taker.join();
    assertThat(ended).hasValue(11);
  }
}
