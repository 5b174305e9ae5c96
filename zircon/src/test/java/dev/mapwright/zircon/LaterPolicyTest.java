package dev.mapwright.zircon;

import static dev.mapwright.zircon.abi.MxRights.MX_RIGHT_DUPLICATE;
import static dev.mapwright.zircon.abi.MxRights.MX_RIGHT_READ;
import static dev.mapwright.zircon.abi.MxRights.MX_RIGHT_WRITE;
import static dev.mapwright.zircon.abi.MxStatus.MX_ERR_ALREADY_EXISTS;
import static dev.mapwright.zircon.abi.MxStatus.MX_ERR_INVALID_ARGS;
import static dev.mapwright.zircon.abi.MxStatus.MX_ERR_NOT_SUPPORTED;
import static dev.mapwright.zircon.abi.MxStatus.MX_ERR_OUT_OF_RANGE;
import static dev.mapwright.zircon.abi.MxStatus.MX_ERR_WRONG_TYPE;
import static dev.mapwright.zircon.abi.MxStatus.MX_OK;
import static dev.mapwright.zircon.abi.MxVmFlags.MX_VM_FLAG_MAP_RANGE;
import static dev.mapwright.zircon.abi.MxVmFlags.MX_VM_FLAG_SPECIFIC;
import static dev.mapwright.zircon.abi.MxVmFlags.MX_VM_FLAG_SPECIFIC_OVERWRITE;
import static dev.mapwright.zircon.abi.MxVmoOps.MX_VMO_OP_LOOKUP;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mapwright.core.memory.ChildKind;
import dev.mapwright.sim.SimulatedMachine;
import dev.mapwright.zircon.abi.MxLimits;
import dev.mapwright.zircon.answer.Condition;
import dev.mapwright.zircon.answer.VmarDestroy;
import dev.mapwright.zircon.answer.VmarMap;
import dev.mapwright.zircon.answer.VmoOpRange;
import dev.mapwright.zircon.call.MxCalls;
import dev.mapwright.zircon.call.MxContext;
import dev.mapwright.zircon.call.MxRoutines;
import dev.mapwright.zircon.object.MxProcess;
import dev.mapwright.zircon.object.MxSystem;
import dev.mapwright.zircon.policy.Magenta2017;
import dev.mapwright.zircon.policy.Policy;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Every decision of the policy can be taken the other way, and the common code follows. */
class LaterPolicyTest {
  private static final long PAGE = 4096;

  /** Decides everything as later generations do. */
  private static final class Later implements Policy {
    @Override
    public int statusOf(Condition condition) {
      return condition == VmarMap.OCCUPIED
          ? MX_ERR_ALREADY_EXISTS
          : Magenta2017.POLICY.statusOf(condition);
    }

    @Override
    public boolean rightsBeforeType() {
      return false;
    }

    @Override
    public boolean accepts(int permissions) {
      return permissions == 0 || (permissions & 1) != 0;
    }

    @Override
    public boolean privilegeBeforeAlignment() {
      return false;
    }

    @Override
    public long sizeOf(long bytes) {
      return (bytes + PAGE - 1) & -PAGE;
    }

    @Override
    public boolean transfersAreTrimmed() {
      return false;
    }

    @Override
    public ChildKind clones() {
      return ChildKind.SNAPSHOT;
    }

    @Override
    public int rightsOfClone(int source) {
      return source;
    }

    @Override
    public int rightsOfVmo() {
      return -1;
    }

    @Override
    public boolean closingNothingIsRefused() {
      return false;
    }

    @Override
    public boolean refusedReplaceKeeps() {
      return false;
    }

    @Override
    public boolean remoteAccessIgnoresEndOfMapping() {
      return false;
    }

    @Override
    public @Nullable Condition objectionToMap(int flags) {
      int both = MX_VM_FLAG_MAP_RANGE | MX_VM_FLAG_SPECIFIC_OVERWRITE;
      return (flags & both) == both ? VmarMap.UNKNOWN_FLAG : null;
    }

    @Override
    public @Nullable Condition objectionToDestroyingRoot() {
      return VmarDestroy.LEASED;
    }

    @Override
    public @Nullable Condition objectionToOp(int opcode, int rights) {
      return opcode == MX_VMO_OP_LOOKUP ? VmoOpRange.LOCK : null;
    }
  }

  private final SimulatedMachine machine = SimulatedMachine.builder().ram(0x100, 1024).build();
  private final MxSystem system =
      new MxSystem(machine, new Later(), MxLimits.MX_USER_BASE, MxLimits.MX_USER_BYTES);
  private final MxProcess process =
      Objects.requireNonNull(MxProcess.create(system, system.rootJob(), "later"));
  private final MxContext c = new MxContext(process);
  private final int root = process.grant(process.root(), process.root().rights());

  @AfterEach
  void theMachineGoes() {
    machine.close();
  }

  private int vmo(long bytes) {
    assertThat(MxRoutines.vmoCreate(c, bytes, 0)).isEqualTo(MX_OK);
    return c.handle();
  }

  @Test
  void the_type_of_a_handle_comes_before_its_rights() {
    int bare = process.grant(process.root(), 0);
    assertThat(MxRoutines.vmoRead(c, bare, 0, MemorySegment.ofArray(new byte[1])))
        .isEqualTo(MX_ERR_WRONG_TYPE);
  }

  @Test
  void an_occupied_place_has_a_status_of_its_own() {
    int vmo = vmo(PAGE);
    int at = 3 | MX_VM_FLAG_SPECIFIC;
    assertThat(MxRoutines.vmarMap(c, root, 0, vmo, 0, PAGE, at)).isEqualTo(MX_OK);
    assertThat(MxRoutines.vmarMap(c, root, 0, vmo, 0, PAGE, at)).isEqualTo(MX_ERR_ALREADY_EXISTS);
  }

  @Test
  void a_mapping_without_access_exists() {
    assertThat(MxRoutines.vmarMap(c, root, 0, vmo(PAGE), 0, PAGE, 0)).isEqualTo(MX_OK);
    assertThat(MxCalls.mxVmarProtect(c, root, c.address(), PAGE, 0)).isEqualTo(MX_OK);
  }

  @Test
  void misalignment_comes_before_the_lack_of_CAN_MAP_SPECIFIC() {
    assertThat(MxRoutines.vmarAllocate(c, root, 0, 4 * PAGE, 0x380)).isEqualTo(MX_OK);
    int region = c.handle();
    assertThat(MxRoutines.vmarAllocate(c, region, 1, PAGE, MX_VM_FLAG_SPECIFIC))
        .isEqualTo(MX_ERR_INVALID_ARGS);
    assertThat(MxRoutines.vmarMap(c, region, 1, vmo(1), 0, PAGE, 1 | MX_VM_FLAG_SPECIFIC))
        .isEqualTo(MX_ERR_INVALID_ARGS);
  }

  @Test
  void sizes_are_rounded_up_and_transfers_are_whole_or_refused() {
    int vmo = vmo(1);
    assertThat(MxRoutines.vmoGetSize(c, vmo)).isEqualTo(MX_OK);
    assertThat(c.bytes()).isEqualTo(PAGE);
    assertThat(MxCalls.mxVmoSetSize(c, vmo, PAGE + 1)).isEqualTo(MX_OK);
    assertThat(MxRoutines.vmoGetSize(c, vmo)).isEqualTo(MX_OK);
    assertThat(c.bytes()).isEqualTo(2 * PAGE);
    assertThat(MxRoutines.vmoRead(c, vmo, 2 * PAGE - 1, MemorySegment.ofArray(new byte[2])))
        .isEqualTo(MX_ERR_OUT_OF_RANGE);
  }

  @Test
  void a_clone_is_a_snapshot_with_the_rights_of_its_source() {
    int vmo = vmo(PAGE);
    MemorySegment bytes = MemorySegment.ofArray(new byte[] {1});
    assertThat(MxRoutines.vmoWrite(c, vmo, 0, bytes)).isEqualTo(MX_OK);
    int source =
        process.grant(
            Objects.requireNonNull(process.table().find(vmo)).object(),
            MX_RIGHT_DUPLICATE | MX_RIGHT_READ);
    assertThat(MxRoutines.vmoClone(c, source, 1, 0, PAGE)).isEqualTo(MX_OK);
    int clone = c.handle();
    assertThat(Objects.requireNonNull(process.table().find(clone)).rights())
        .isEqualTo(MX_RIGHT_DUPLICATE | MX_RIGHT_READ);
    bytes.set(java.lang.foreign.ValueLayout.JAVA_BYTE, 0, (byte) 2);
    assertThat(MxRoutines.vmoWrite(c, vmo, 0, bytes)).isEqualTo(MX_OK);
    assertThat(MxRoutines.vmoRead(c, clone, 0, bytes)).isEqualTo(MX_OK);
    assertThat(bytes.get(java.lang.foreign.ValueLayout.JAVA_BYTE, 0)).isEqualTo((byte) 1);
  }

  @Test
  void closing_0_is_fine_and_a_refused_replacement_loses_the_handle() {
    assertThat(MxCalls.mxHandleClose(c, 0)).isEqualTo(MX_OK);
    int reader =
        process.grant(Objects.requireNonNull(process.table().find(vmo(1))).object(), MX_RIGHT_READ);
    assertThat(MxRoutines.handleReplace(c, reader, MX_RIGHT_WRITE)).isEqualTo(MX_ERR_INVALID_ARGS);
    assertThat(process.table().find(reader)).isNull();
  }

  @Test
  void a_remote_access_ends_with_the_mapping() {
    int vmo = vmo(4 * PAGE);
    assertThat(MxRoutines.vmarMap(c, root, 0, vmo, 0, 4 * PAGE, 3)).isEqualTo(MX_OK);
    long buffer = c.address();
    assertThat(MxRoutines.vmarMap(c, root, 0, vmo, 0, PAGE, 3)).isEqualTo(MX_OK);
    long small = c.address();
    int self = process.grant(process, -1);
    assertThat(MxCalls.mxProcessReadMemory(c, self, small + 8, buffer, 2 * PAGE, buffer))
        .isEqualTo(MX_OK);
    assertThat(c.bytes()).isEqualTo(PAGE - 8);
  }

  @Test
  void objections_of_later_generations_are_heard() {
    int vmo = vmo(PAGE);
    int flags = 1 | MX_VM_FLAG_SPECIFIC_OVERWRITE | MX_VM_FLAG_MAP_RANGE;
    assertThat(MxRoutines.vmarMap(c, root, 0, vmo, 0, PAGE, flags)).isEqualTo(MX_ERR_INVALID_ARGS);
    assertThat(MxCalls.mxVmarDestroy(c, root)).isNotEqualTo(MX_OK);
    assertThat(process.root().region().live()).isTrue();
    assertThat(MxCalls.mxVmoOpRange(c, vmo, MX_VMO_OP_LOOKUP, 0, 0, 0, 0))
        .isEqualTo(MX_ERR_NOT_SUPPORTED);
  }
}
