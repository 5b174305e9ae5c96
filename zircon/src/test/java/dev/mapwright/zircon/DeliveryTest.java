package dev.mapwright.zircon;

import static dev.mapwright.zircon.abi.MxStatus.MX_OK;
import static dev.mapwright.zircon.abi.MxVmFlags.MX_VM_FLAG_SPECIFIC;
import static dev.mapwright.zircon.abi.MxVmFlags.MX_VM_FLAG_SPECIFIC_OVERWRITE;
import static dev.mapwright.zircon.abi.MxVmoOps.MX_CACHE_POLICY_UNCACHED_DEVICE;
import static dev.mapwright.zircon.abi.MxVmoOps.MX_VMO_OP_LOOKUP;
import static dev.mapwright.zircon.call.MxCalls.mxMmapDeviceMemory;
import static dev.mapwright.zircon.call.MxCalls.mxProcessCreate;
import static dev.mapwright.zircon.call.MxCalls.mxVmarAllocate;
import static dev.mapwright.zircon.call.MxCalls.mxVmarMap;
import static dev.mapwright.zircon.call.MxCalls.mxVmarUnmap;
import static dev.mapwright.zircon.call.MxCalls.mxVmoOpRange;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mapwright.core.Access;
import dev.mapwright.core.Pages;
import dev.mapwright.core.check.Invariants;
import dev.mapwright.core.machine.Cpu;
import dev.mapwright.core.machine.DeviceHandler;
import dev.mapwright.core.memory.MemoryObject;
import dev.mapwright.core.space.AddressSpace;
import dev.mapwright.core.space.Lease;
import dev.mapwright.zircon.abi.MxStatus;
import dev.mapwright.zircon.answer.Condition;
import dev.mapwright.zircon.answer.MmapDeviceMemory;
import dev.mapwright.zircon.answer.ProcessCreate;
import dev.mapwright.zircon.answer.VmarAllocate;
import dev.mapwright.zircon.answer.VmarMap;
import dev.mapwright.zircon.answer.VmoOpRange;
import dev.mapwright.zircon.call.MxCalls;
import dev.mapwright.zircon.call.MxContext;
import dev.mapwright.zircon.call.MxRoutines;
import dev.mapwright.zircon.object.MxVmo;
import java.lang.foreign.MemorySegment;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Between making something and telling the caller, others act. What they put in its place is
 * theirs, also when the call is refused and takes back what it made.
 */
class DeliveryTest extends MxTest {
  private static final long REGISTERS_PFN = FIRST_DEVICE_PFN + 0x100;
  private static final int SPECIFIC = MX_VM_FLAG_SPECIFIC;

  /** Another thread of the process; it acts while the call under test stores its result. */
  private final Program other = program.newThread();

  private final int region = program.root().allocate(8 * PAGE, CAN_ALL).value();
  private final long base = base(region);
  private final int theirs = program.createVmo(8 * PAGE).value();

  /** A thread on a CPU whose stores are seen by somebody first, who may do anything. */
  private MxContext interrupted(Runnable byWhom) {
    return interrupted("store", byWhom);
  }

  private MxContext interrupted(String access, Runnable byWhom) {
    Cpu real = machine.newCpu();
    Cpu seen =
        (Cpu)
            Proxy.newProxyInstance(
                Cpu.class.getClassLoader(),
                new Class<?>[] {Cpu.class},
                (proxy, method, arguments) -> {
                  if (method.getName().equals(access)) {
                    byWhom.run();
                  }
                  try {
                    return method.invoke(real, arguments);
                  } catch (InvocationTargetException e) {
                    throw e.getCause();
                  }
                });
    return new MxContext(program.process(), seen);
  }

  /**
   * The other thread takes pages of the region away and maps its own object there, page by page.
   */
  private void replace(long page, long pages) {
    MxContext t = other.context();
    ok(mxVmarUnmap(t, region, base + page * PAGE, pages * PAGE));
    ok(
        MxRoutines.vmarMap(
            t, region, page * PAGE, theirs, page * PAGE, pages * PAGE, READ_WRITE | SPECIFIC));
    other.cpu().store(base + page * PAGE, 8, 77);
  }

  private boolean mapped(long page) {
    return can(Access.READ, base + page * PAGE);
  }

  @ParameterizedTest
  @ValueSource(ints = {SPECIFIC, MX_VM_FLAG_SPECIFIC_OVERWRITE})
  void a_mapping_that_another_thread_made_in_its_place_is_not_taken_back(int how) {
    int vmo = vmo(4 * PAGE);
    MxContext t = interrupted(() -> replace(2, 4));
    int status = mxVmarMap(t, region, 2 * PAGE, vmo, 0, 4 * PAGE, READ_WRITE | how, BAD);
    refused(t, status, VmarMap.BAD_ADDRESS_POINTER);
    assertThat(program.cpu().load(base + 2 * PAGE, 8)).isEqualTo(77);
    for (long page = 0; page < 8; page++) {
      assertThat(mapped(page)).as("page %s", page).isEqualTo(page >= 2 && page < 6);
    }
    t.close();
  }

  @Test
  void what_is_left_of_a_mapping_is_taken_back_around_what_others_put_into_it() {
    int vmo = vmo(8 * PAGE);
    MxContext t =
        interrupted(() -> {
          replace(3, 2);
          ok(mxVmarUnmap(other.context(), region, base + 6 * PAGE, PAGE));
        });
    int status = mxVmarMap(t, region, 0, vmo, 0, 8 * PAGE, READ_WRITE | SPECIFIC, BAD);
    refused(t, status, VmarMap.BAD_ADDRESS_POINTER);
    for (long page = 0; page < 8; page++) {
      assertThat(mapped(page)).as("page %s", page).isEqualTo(page == 3 || page == 4);
    }
    t.close();
  }

  @Test
  void a_mapping_of_the_same_object_made_by_another_call_is_still_another_mapping() {
    MxContext t = interrupted(() -> replace(0, 8));
    int status = mxVmarMap(t, region, 0, theirs, 0, 8 * PAGE, READ_WRITE | SPECIFIC, BAD);
    refused(t, status, VmarMap.BAD_ADDRESS_POINTER);
    assertThat(program.process().space().mappingOf(Pages.of(base))).isNotNull();
    t.close();
  }

  @Test
  void device_memory_is_taken_back_and_not_what_took_its_place() {
    int resource = program.grant(zircon.rootResource(), 0);
    long device = FIRST_DEVICE_PFN * PAGE;
    long[] taken = new long[1];
    MxContext[] caller = new MxContext[1];
    caller[0] =
        interrupted(() -> {
          long at = caller[0].address();
          ok(mxVmarUnmap(other.context(), root, at, PAGE));
          long offset = at - base(root);
          taken[0] = other.root().mapAt(offset, other.vmo(theirs), 0, PAGE, READ_WRITE);
        });
    int policy = MX_CACHE_POLICY_UNCACHED_DEVICE;
    int status = mxMmapDeviceMemory(caller[0], resource, device, 2 * PAGE, policy, BAD);
    refused(caller[0], status, MmapDeviceMemory.BAD_POINTER);
    assertThat(can(Access.READ, taken[0])).isTrue();
    assertThat(can(Access.READ, taken[0] + PAGE)).isFalse();
    caller[0].close();
  }

  @Test
  void a_region_that_another_thread_made_in_its_place_is_not_destroyed() {
    Vmar[] second = new Vmar[1];
    MxContext t =
        interrupted(() -> {
          if (second[0] == null) {
            ok(mxVmarUnmap(other.context(), region, base, 8 * PAGE));
            second[0] = other.vmar(region).allocateAt(0, 8 * PAGE, CAN_ALL);
          }
        });
    int flags = CAN_ALL | SPECIFIC;
    int handles = program.process().table().size();
    int status = mxVmarAllocate(t, region, 0, 8 * PAGE, flags, BAD, out);
    refused(t, status, VmarAllocate.BAD_HANDLE_POINTER);
    assertThat(second[0].base()).isEqualTo(base);
    second[0].mapAt(0, other.vmo(theirs), 0, PAGE, R);
    assertThat(program.process().table().size()).isEqualTo(handles + 1);
    t.close();
  }

  @Test
  void a_handle_that_was_stored_names_nothing_before_its_call_has_returned() {
    boolean[] named = new boolean[1];
    MxContext t =
        interrupted(() ->
            named[0] |= program.process().table().find((int) other.cpu().load(out, 4)) != null);
    program.cpu().store(out, 8, 0);
    int processes = zircon.rootJob().processes().size();
    int handles = program.process().table().size();
    int status = mxProcessCreate(t, 0, out + 64, 0, 0, out, BAD);
    refused(t, status, ProcessCreate.BAD_VMAR_POINTER);
    assertThat(handleResult()).as("the first handle was stored").isNotZero();
    assertThat(named[0]).isFalse();
    assertThat(program.process().table().size()).isEqualTo(handles);
    assertThat(zircon.rootJob().processes()).hasSize(processes);
    t.close();
  }

  @Test
  void a_mapping_over_its_own_pointer_goes_and_what_others_put_there_stays() {
    int vmo = vmo(PAGE);
    long at = mapAt(region, 0, vmo, 0, 1, READ_WRITE);
    MxContext t = interrupted(() -> replace(1, 1));
    int status = mxVmarMap(t, region, 0, vmo, 0, 2 * PAGE, R | MX_VM_FLAG_SPECIFIC_OVERWRITE, at);
    refused(t, status, VmarMap.BAD_ADDRESS_POINTER);
    assertThat(mapped(0)).isFalse();
    assertThat(mapped(1)).isTrue();
    t.close();
  }

  /** A page of registers in the program's memory whose stores do something. */
  private long registers(Runnable onStore) {
    machine.addDevice(
        "registers",
        REGISTERS_PFN,
        1,
        new DeviceHandler() {
          @Override
          public long read(long offsetBytes, int bytes) {
            return 0;
          }

          @Override
          public void write(long offsetBytes, int bytes, long value) {
            onStore.run();
          }
        });
    int resource = program.grant(zircon.rootResource(), 0);
    return program.mapDeviceMemory(
        resource, REGISTERS_PFN * PAGE, PAGE, MX_CACHE_POLICY_UNCACHED_DEVICE);
  }

  @Test
  void a_page_that_goes_while_frames_are_looked_up_is_told_to_be_gone() {
    int vmo = vmo(2 * PAGE);
    MemoryObject memory = ((MxVmo) find(vmo).object()).memory();
    memory.commit(0, 2).orThrow();
    MxContext caller = interrupted("probe", () -> memory.decommit(1, 1).orThrow());
    caller.cpu().attach(program.process().space());
    int status = mxVmoOpRange(caller, vmo, MX_VMO_OP_LOOKUP, 0, 2 * PAGE, out, 16);
    refused(caller, status, VmoOpRange.LOOKUP_NOT_COMMITTED);
  }

  @Test
  void a_device_that_throws_while_a_result_is_stored_leaves_nothing_of_the_call_behind() {
    int vmo = vmo(8 * PAGE);
    long pointer =
        registers(() -> {
          replace(0, 2);
          throw new IllegalArgumentException("no such register");
        });
    assertThatThrownBy(
            () -> mxVmarMap(c, region, 0, vmo, 0, 8 * PAGE, READ_WRITE | SPECIFIC, pointer))
        .isInstanceOf(IllegalArgumentException.class);
    for (long page = 0; page < 8; page++) {
      assertThat(mapped(page)).as("page %s", page).isEqualTo(page < 2);
    }
    ok(mxVmarMap(c, region, 4 * PAGE, vmo, 0, PAGE, R | SPECIFIC, out));
  }

  @Test
  void a_device_can_not_make_a_call_of_the_thread_whose_result_it_is_given() {
    int vmo = vmo(PAGE);
    long pointer = registers(() -> MxRoutines.vmoCreate(c, PAGE, 0));
    assertThatThrownBy(() -> mxVmarMap(c, region, 0, vmo, 0, PAGE, R | SPECIFIC, pointer))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("under way");
    assertThat(mapped(0)).isFalse();
  }

  @Test
  void a_device_can_not_make_a_call_of_the_thread_whose_buffer_it_is() {
    int vmo = vmo(PAGE);
    program.vmo(vmo).write(0, MemorySegment.ofArray(new byte[] {1, 2, 3}));
    long registers = registers(() -> MxCalls.mxVmoWrite(c, vmo, out, 0, 8, out));
    assertThatThrownBy(() -> MxCalls.mxVmoRead(c, vmo, registers, 0, 8, out))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("under way");
    ok(MxCalls.mxVmoRead(c, vmo, out + 64, 0, 8, out));
    assertThat(program.cpu().load(out + 64, 8)).isEqualTo(0x030201);
  }

  @Test
  void what_a_lease_keeps_is_taken_back_with_the_first_call_after_the_lease() {
    AddressSpace space = program.process().space();
    Lease[] lease = new Lease[1];
    int vmo = vmo(2 * PAGE);
    MxContext t = interrupted(() -> lease[0] = space.lease(Pages.of(base), 1, true).get());
    int status = mxVmarMap(t, region, 0, vmo, 0, 2 * PAGE, READ_WRITE | SPECIFIC, BAD);
    refused(t, status, VmarMap.BAD_ADDRESS_POINTER);
    ok(MxRoutines.vmoGetSize(t, vmo));
    assertThat(mapped(0)).as("leased").isTrue();
    lease[0].close();
    ok(MxRoutines.vmoGetSize(t, vmo));
    assertThat(mapped(0)).isFalse();
    assertThat(mapped(1)).isFalse();
    t.close();
  }

  @Test
  void what_a_lease_keeps_is_taken_back_when_the_thread_ends() {
    AddressSpace space = program.process().space();
    Lease[] lease = new Lease[1];
    int vmo = vmo(PAGE);
    MxContext t = interrupted(() -> lease[0] = space.lease(Pages.of(base), 1, true).get());
    int status = mxVmarMap(t, region, 0, vmo, 0, PAGE, READ_WRITE | SPECIFIC, BAD);
    refused(t, status, VmarMap.BAD_ADDRESS_POINTER);
    lease[0].close();
    t.close();
    assertThat(mapped(0)).isFalse();
  }

  @Test
  void a_thread_whose_calls_are_refused_never_removes_the_mapping_of_another() {
    zircon.observeAnswers(null); // which answers there are depends on the threads' luck
    int rounds = 20_000;
    int mine = vmo(PAGE);
    AtomicBoolean done = new AtomicBoolean();
    int flags = READ_WRITE | SPECIFIC;
    Thread refusing =
        new Thread(() -> {
          try (Program thread = program.newThread()) {
            while (!done.get()) {
              mxVmarMap(thread.context(), region, 0, mine, 0, PAGE, flags, BAD);
            }
          }
        });
    refusing.start();
    MxContext t = other.context();
    int lost = 0;
    for (int i = 0; i < rounds; i++) {
      ok(mxVmarUnmap(t, region, base, PAGE));
      if (MxRoutines.vmarMap(t, region, 0, theirs, 0, PAGE, flags) == MX_OK) {
        Thread.onSpinWait();
        lost += MxCalls.mxVmarProtect(t, region, base, PAGE, READ_WRITE) == MX_OK ? 0 : 1;
      }
    }
    done.set(true);
    join(refusing);
    assertThat(lost).isZero();
    assertThat(Invariants.violations(machine)).isEmpty();
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void refused(MxContext t, int status, Condition why) {
    assertThat(MxStatus.name(status) + " " + t.lastRefusal().condition())
        .isEqualTo(MxStatus.name(why.status()) + " " + why);
  }
}
