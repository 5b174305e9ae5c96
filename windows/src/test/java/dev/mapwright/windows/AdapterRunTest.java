package dev.mapwright.windows;

import static dev.mapwright.windows.iommu.DomainCalls.deleteDomain;
import static dev.mapwright.windows.iommu.device.DeviceCalls.attachDevice;
import static dev.mapwright.windows.iommu.device.DeviceCalls.detachDevice;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mapwright.core.check.Invariants;
import dev.mapwright.windows.abi.PoolFlags;
import dev.mapwright.windows.adapter.AdapterCalls;
import dev.mapwright.windows.adapter.DmaAdapter;
import dev.mapwright.windows.answer.Condition;
import dev.mapwright.windows.answer.CreateCommonBufferFromMdl;
import dev.mapwright.windows.answer.DeleteDomain;
import dev.mapwright.windows.answer.DmaVerification;
import dev.mapwright.windows.answer.IoGetDmaAdapter;
import dev.mapwright.windows.answer.JoinDmaDomain;
import dev.mapwright.windows.answer.LeaveDmaDomain;
import dev.mapwright.windows.answer.PutDmaAdapter;
import dev.mapwright.windows.context.KernelOptions;
import dev.mapwright.windows.harness.DmaDevices;
import dev.mapwright.windows.harness.DmaProtection;
import dev.mapwright.windows.mdl.MdlCalls;
import dev.mapwright.windows.memory.iommu.DeviceTraits;
import dev.mapwright.windows.memory.iommu.IommuBooks;
import dev.mapwright.windows.pool.PoolCalls;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A driver does anything with adapters, and beside them with the devices and domains that they use;
 * devices are taken out, the policy changes, memory is short. The books always agree, and in the
 * end everything can be given back.
 */
class AdapterRunTest extends IommuTest {
  private static final boolean LONG = "long".equals(System.getProperty("mapwright.campaign"));
  private static final int STEPS = LONG ? 400_000 : 6_000;
  private static final int DEVICES = 3;
  private static final int BUFFER = (int) (2 * PAGE);

  /** Some of what happens in every run, or the run is none. */
  private static final Condition[] SURELY = {
    IoGetDmaAdapter.NO_MEMORY,
    JoinDmaDomain.DONE,
    JoinDmaDomain.DETACHED,
    LeaveDmaDomain.DONE,
    LeaveDmaDomain.DETACHED,
    CreateCommonBufferFromMdl.DONE,
    DmaVerification.COMMON_BUFFERS_LEFT,
    PutDmaAdapter.BUFFERS_LEFT,
    PutDmaAdapter.DOMAIN_IN_USE,
    DeleteDomain.OF_ADAPTER
  };

  private final @Nullable DmaAdapter[] adapters = new DmaAdapter[DEVICES];
  private final long[] pdos = new long[DEVICES];
  private final long[] mdls = new long[DEVICES];
  private final long[] logical = new long[DEVICES];
  private final List<Long> domains = new ArrayList<>();
  private Random random = new Random(0);

  private static DeviceTraits traits(int device) {
    return DeviceTraits.of(0x80 + 8 * device);
  }

  private int any() {
    return random.nextInt(DEVICES);
  }

  private long anyDomain() {
    return domains.isEmpty() ? 0 : domains.get(random.nextInt(domains.size()));
  }

  private void get(int device) {
    if (adapters[device] == null) {
      adapters[device] = AdapterCalls.ioGetDmaAdapter(c, pdos[device], 3);
      noteDomain(adapters[device]);
    }
  }

  private void noteDomain(@Nullable DmaAdapter adapter) {
    if (adapter != null && domains.size() < 8) {
      domains.add(adapter.getDmaDomain(c));
    }
  }

  /** Puts an adapter back; false when there is still one. */
  private boolean put(int device) {
    DmaAdapter adapter = adapters[device];
    if (adapter != null) {
      adapter.putDmaAdapter(c);
      long address = adapter.address();
      if (kernel.iommu().allAdapters().stream().noneMatch(one -> one.address() == address)) {
        adapters[device] = null;
        logical[device] = 0;
      }
    }
    return adapters[device] == null;
  }

  private void free(int device) {
    DmaAdapter adapter = adapters[device];
    if (adapter != null && logical[device] != 0) {
      long va = MdlCalls.mmGetMdlVirtualAddress(c, mdls[device]);
      adapter.freeCommonBuffer(c, BUFFER, logical[device], va, true);
      logical[device] = 0;
    }
  }

  private void step() {
    int device = any();
    DmaAdapter adapter = adapters[device];
    switch (random.nextInt(14)) {
      case 0, 1 -> get(device);
      case 2 -> put(device);
      case 3, 4 -> {
        if (adapter != null) {
          adapter.joinDmaDomain(c, anyDomain());
        }
      }
      case 5 -> {
        if (adapter != null) {
          adapter.leaveDmaDomain(c);
        }
      }
      case 6 -> {
        if (adapter != null && adapter.createCommonBufferFromMdl(c, mdls[device], 0, 0, out) == 0) {
          logical[device] = result();
        }
      }
      case 7 -> free(device);
      case 8 -> detachDevice(c, anyDomain(), pdos[any()], 0);
      case 9 -> attachDevice(c, anyDomain(), pdos[any()], 0, 1);
      case 10 -> {
        long domain = anyDomain();
        deleteDomain(c, domain);
        if (kernel.iommu().domain(domain) == null) {
          domains.remove(domain);
        }
      }
      case 11 -> {
        DmaDevices.unplug(kernel, pdos[device]);
        DmaDevices.describe(kernel, pdos[device], traits(device));
      }
      case 12 -> {
        DmaProtection.setRemapping(c, random.nextBoolean());
        DmaProtection.setDmaGuard(c, random.nextBoolean());
        kernel.verifier().setDma(random.nextBoolean());
      }
      default -> {
        if (random.nextBoolean()) {
          machine.failures().failNth(1 + random.nextInt(6));
        } else {
          domains.add(withPolicy(this::domain));
        }
      }
    }
  }

  private long withPolicy(LongSupplier make) {
    machine.failures().off();
    DmaProtection.setRemapping(c, true);
    return domains.size() < 8 ? make.getAsLong() : anyDomain();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void whatever_is_done_the_books_agree_and_all_can_be_given_back(int seed) {
    boot(KernelOptions.DEFAULT.with(LAYOUT).recordingMisuse());
    assertThat(memory(64)).isEqualTo(out);
    Set<Condition> seen = new HashSet<>();
    kernel.observe(seen::add);
    random = new Random(LONG ? System.nanoTime() : seed);
    for (int i = 0; i < DEVICES; i++) {
      pdos[i] = DmaDevices.plug(kernel, traits(i));
      long va = PoolCalls.exAllocatePool2(c, PoolFlags.POOL_FLAG_NON_PAGED, BUFFER, TAG);
      mdls[i] = MdlCalls.ioAllocateMdl(c, va, BUFFER, false, false, 0);
      MdlCalls.mmBuildMdlForNonPagedPool(c, mdls[i]);
    }
    String before = kernel.describe();
    for (int i = 0; i < STEPS; i++) {
      step();
      List<String> wrong = IommuBooks.violations(kernel.iommu());
      assertThat(wrong).as("after step %d", i).isEmpty();
    }
    machine.failures().off();
    kernel.verifier().setDma(false);
    DmaProtection.setRemapping(c, true);
    DmaProtection.setDmaGuard(c, false);
    for (int i = 0; i < DEVICES; i++) {
      free(i);
      DmaDevices.unplug(kernel, pdos[i]);
    }
    for (int i = 0; i < DEVICES; i++) {
      assertThat(put(i)).as("%s", c.lastRefusal()).isTrue();
      DmaDevices.describe(kernel, pdos[i], traits(i));
    }
    kernel.iommu().allDomains().forEach(domain -> ok(deleteDomain(c, domain.address())));
    assertThat(seen).contains(SURELY);
    assertThat(kernel.iommu().allAdapters()).isEmpty();
    assertThat(kernel.describe()).isEqualTo(before);
    Invariants.verify(machine);
  }
}
