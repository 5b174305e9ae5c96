package dev.mapwright.zircon;

import static dev.mapwright.zircon.abi.MxStatus.MX_OK;
import static dev.mapwright.zircon.abi.MxVmFlags.MX_VM_FLAG_CAN_MAP_EXECUTE;
import static dev.mapwright.zircon.abi.MxVmFlags.MX_VM_FLAG_CAN_MAP_READ;
import static dev.mapwright.zircon.abi.MxVmFlags.MX_VM_FLAG_CAN_MAP_SPECIFIC;
import static dev.mapwright.zircon.abi.MxVmFlags.MX_VM_FLAG_CAN_MAP_WRITE;
import static dev.mapwright.zircon.abi.MxVmFlags.MX_VM_FLAG_PERM_READ;
import static dev.mapwright.zircon.abi.MxVmFlags.MX_VM_FLAG_PERM_WRITE;
import static dev.mapwright.zircon.abi.MxVmFlags.MX_VM_FLAG_SPECIFIC;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mapwright.core.Access;
import dev.mapwright.core.machine.DeviceHandler;
import dev.mapwright.sim.SimulatedMachine;
import dev.mapwright.zircon.abi.MxStatus;
import dev.mapwright.zircon.answer.Condition;
import dev.mapwright.zircon.call.MxCalls;
import dev.mapwright.zircon.call.MxContext;
import dev.mapwright.zircon.handle.Handle;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A program on a small machine, with a page of its memory for out-pointers. Every answer that a
 * test gets is recorded by {@link ObservedAnswers}.
 */
@ExtendWith(ObservedAnswers.NameOfTest.class)
abstract class MxTest {
  static final long PAGE = 4096;
  static final int R = MX_VM_FLAG_PERM_READ;
  static final int READ_WRITE = MX_VM_FLAG_PERM_READ | MX_VM_FLAG_PERM_WRITE;
  static final int CAN_RWX =
      MX_VM_FLAG_CAN_MAP_READ | MX_VM_FLAG_CAN_MAP_WRITE | MX_VM_FLAG_CAN_MAP_EXECUTE;
  static final int CAN_ALL = CAN_RWX | MX_VM_FLAG_CAN_MAP_SPECIFIC;

  /** No address of the root region, so no pointer. */
  static final long BAD = 0x10;

  static final long FIRST_DEVICE_PFN = 0x10_0000;

  SimulatedMachine machine = newMachine();
  Zircon zircon = Zircon.boot(machine);
  Program program = zircon.start("test");
  MxContext c = program.context();

  /** The root region's handle, and a page of memory for results. */
  int root = program.root().value();

  long out;

  static SimulatedMachine newMachine() {
    return SimulatedMachine.builder()
        .ram(0x100, 16_384)
        .device("nothing", FIRST_DEVICE_PFN, 16, new Registers())
        .seed(1)
        .build();
  }

  @BeforeEach
  void aPageForResults() {
    zircon.observeAnswers(ObservedAnswers::answered);
    Vmo memory = program.createVmo(PAGE);
    out = program.root().map(memory, 0, PAGE, READ_WRITE);
    memory.close();
    program.cpu().store(out, 8, 0);
  }

  @AfterEach
  void theMachineGoes() {
    zircon.close();
    machine.close();
  }

  /** The 8 bytes at the place for results. */
  long result() {
    return program.cpu().load(out, 8);
  }

  /** The 4 bytes at the place for results. */
  int handleResult() {
    return (int) program.cpu().load(out, 4);
  }

  void ok(int status) {
    assertThat(status)
        .withFailMessage(() -> MxStatus.name(status) + ": " + c.lastRefusal())
        .isEqualTo(MX_OK);
  }

  /** The call was refused for this reason and with the status that the documents give. */
  void refused(int status, Condition why) {
    assertThat(MxStatus.name(status) + " " + c.lastRefusal().condition())
        .isEqualTo(MxStatus.name(why.status()) + " " + why);
  }

  int vmo(long bytes) {
    ok(MxCalls.mxVmoCreate(c, bytes, 0, out));
    return handleResult();
  }

  int allocate(int parent, long offset, long bytes, int flags) {
    ok(MxCalls.mxVmarAllocate(c, parent, offset, bytes, flags, out, out + 8));
    return handleResult();
  }

  /** A region of the root with everything allowed. */
  int region(long pages) {
    return allocate(root, 0, pages * PAGE, CAN_ALL);
  }

  long base(int vmar) {
    return program.vmar(vmar).base();
  }

  long mapAt(int vmar, long page, int vmo, long vmoPage, long pages, int flags) {
    ok(
        MxCalls.mxVmarMap(
            c,
            vmar,
            page * PAGE,
            vmo,
            vmoPage * PAGE,
            pages * PAGE,
            flags | MX_VM_FLAG_SPECIFIC,
            out));
    return result();
  }

  Handle find(int handle) {
    return Objects.requireNonNull(program.process().table().find(handle));
  }

  /** A handle with rights that no call gives. */
  int granted(int handle, int rights) {
    return program.grant(find(handle).object(), rights);
  }

  int duplicate(int handle, int rights) {
    ok(MxCalls.mxHandleDuplicate(c, handle, rights, out));
    return handleResult();
  }

  /** Whether the program can access an address; nothing is committed by asking. */
  boolean can(Access access, long address) {
    return program.process().space().translate(address, access).reason() == null;
  }

  /** A device whose registers keep what is written to them. */
  static final class Registers implements DeviceHandler {
    private final long[] values = new long[16 * 512];

    @Override
    public long read(long offsetBytes, int bytes) {
      return values[(int) (offsetBytes / 8)];
    }

    @Override
    public void write(long offsetBytes, int bytes, long value) {
      values[(int) (offsetBytes / 8)] = value;
    }
  }
}
