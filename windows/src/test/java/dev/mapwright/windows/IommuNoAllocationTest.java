package dev.mapwright.windows;

import static dev.mapwright.windows.abi.iommu.MapPhysicalAddressType.CONTIGUOUS_RANGE;
import static dev.mapwright.windows.abi.iommu.MapPhysicalAddressType.PFN_ARRAY;
import static dev.mapwright.windows.iommu.logical.ReservedLogicalCalls.mapReservedLogicalRange;
import static dev.mapwright.windows.iommu.logical.ReservedLogicalCalls.unmapReservedLogicalRange;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.mapwright.windows.abi.Irql;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

/**
 * Mapping in a reserved range and unmapping there acquire nothing, and take nothing of the heap.
 */
class IommuNoAllocationTest extends IommuTest {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final int PAGES = 700;
  private static final int ROUNDS = 1_000;
  private static final int ATTEMPTS = 8;

  private final long token = token(domain(), 0x7000_0000L, PAGES);
  private final long mdl = pages(PAGES);
  private final long few = pages(3);
  private final long range = physical(CONTIGUOUS_RANGE, 0x20_0000, PAGES * PAGE);
  private final long array = physical(PFN_ARRAY, arrayOf(40), 40);
  private final long segment = segment();
  private int refused;

  private long arrayOf(int count) {
    long at = memory(8L * count);
    for (int i = 0; i < count; i++) {
      c.store(at + 8L * i, 8, 0x300 + i);
    }
    return at;
  }

  private void mapAndUnmap(long offset, long physical) {
    refused += mapReservedLogicalRange(c, token, offset, BOTH, physical, segment) == 0 ? 0 : 1;
    refused += unmapReservedLogicalRange(c, segment) == 0 ? 0 : 1;
  }

  private void all() {
    mapAndUnmap(0, mdl);
    mapAndUnmap(5 * PAGE, few);
    mapAndUnmap(0, range);
    mapAndUnmap(PAGE, array);
  }

  @Test
  void nothing_is_acquired_while_every_allocation_fails() {
    for (int level : new int[] {Irql.PASSIVE_LEVEL, Irql.DISPATCH_LEVEL}) {
      c.processor().setIrql(level);
      machine.failures().failAll();
      all();
      assertThat(machine.failures().asked()).isZero();
      machine.failures().off();
      assertThat(refused).isZero();
    }
  }

  @Test
  void another_context_has_room_too_whenever_it_was_made() {
    c = kernel.newContext(driver);
    machine.failures().failAll();
    all();
    assertThat(machine.failures().asked()).isZero();
    assertThat(refused).isZero();
  }

  @Test
  void nothing_is_taken_of_the_heap() {
    kernel.observe(null);
    long taken = 0;
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      long before = THREADS.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < ROUNDS; i++) {
        all();
      }
      taken = THREADS.getCurrentThreadAllocatedBytes() - before;
      if (taken == 0) {
        break;
      }
    }
    assertThat(taken).isZero();
    assertThat(refused).isZero();
  }
}
