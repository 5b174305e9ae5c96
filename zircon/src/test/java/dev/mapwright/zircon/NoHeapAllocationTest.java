package dev.mapwright.zircon;

import static dev.mapwright.zircon.abi.MxVmFlags.MX_VM_FLAG_SPECIFIC;
import static dev.mapwright.zircon.abi.MxVmFlags.MX_VM_FLAG_SPECIFIC_OVERWRITE;
import static dev.mapwright.zircon.call.MxCalls.mxVmarMap;
import static dev.mapwright.zircon.call.MxCalls.mxVmarProtect;
import static dev.mapwright.zircon.call.MxCalls.mxVmarUnmap;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

class NoHeapAllocationTest extends MxTest {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final int ROUNDS = 2_000;

  /**
   * The fewest bytes that this thread allocates in many rounds, of several tries: while it compiles
   * code anew, the JVM itself allocates now and then on the thread's account.
   */
  private static long allocatedBy(Runnable round) {
    long fewest = Long.MAX_VALUE;
    for (int attempt = 0; attempt < 8; attempt++) {
      long before = THREADS.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < ROUNDS; i++) {
        round.run();
      }
      fewest = Math.min(fewest, THREADS.getCurrentThreadAllocatedBytes() - before);
    }
    return fewest;
  }

  @Test
  void mapping_protecting_and_unmapping_allocate_nothing() {
    zircon.observeAnswers(null);
    int vmo = vmo(8 * PAGE);
    int region = region(64);
    long base = base(region);
    Runnable round =
        () -> {
          mxVmarMap(c, region, 0, vmo, 0, 8 * PAGE, READ_WRITE | MX_VM_FLAG_SPECIFIC, out);
          mxVmarProtect(c, region, base + PAGE, 2 * PAGE, R);
          mxVmarMap(c, region, 3 * PAGE, vmo, 0, PAGE, R | MX_VM_FLAG_SPECIFIC_OVERWRITE, out);
          mxVmarUnmap(c, region, base + 6 * PAGE, PAGE);
          mxVmarUnmap(c, region, base, 64 * PAGE);
          mxVmarMap(c, root, 0, vmo, 0, PAGE, R, out);
          mxVmarUnmap(c, root, c.address(), PAGE);
        };
    round.run();
    ok(mxVmarUnmap(c, region, base, 64 * PAGE));
    assertThat(allocatedBy(round)).isZero();
  }

  @Test
  void refusals_allocate_nothing() {
    zircon.observeAnswers(null);
    int vmo = vmo(PAGE);
    int region = region(4);
    mapAt(region, 0, vmo, 0, 1, R);
    Runnable round =
        () -> {
          mxVmarMap(c, region, 0, vmo, 0, PAGE, R | MX_VM_FLAG_SPECIFIC, out);
          mxVmarMap(c, 0, 0, vmo, 0, PAGE, R, out);
          mxVmarUnmap(c, vmo, 0, PAGE);
          mxVmarProtect(c, region, 0, PAGE, R);
        };
    assertThat(allocatedBy(round)).isZero();
  }

  @Test
  void the_measurement_sees_an_allocation() {
    assertThat(allocatedBy(() -> assertThat(c.lastRefusal().toString()).isNotEmpty())).isPositive();
  }
}
